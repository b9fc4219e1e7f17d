// SPDX-License-Identifier: Apache-2.0
#include "logs/level.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "logs/brackets.h"
#include "logs/bytes.h"

namespace yk::logs {
namespace {

const std::unordered_map<std::string_view, Level>& Words() {
  static const auto* words = new std::unordered_map<std::string_view, Level>{
      {"trace", Level::kTrace},      {"finest", Level::kTrace},       {"finer", Level::kTrace},
      {"verbose", Level::kTrace},    {"debug", Level::kDebug},        {"dbg", Level::kDebug},
      {"fine", Level::kDebug},       {"デバッグ", Level::kDebug},     {"info", Level::kInfo},
      {"information", Level::kInfo}, {"informational", Level::kInfo}, {"inf", Level::kInfo},
      {"notice", Level::kInfo},      {"log", Level::kInfo},           {"config", Level::kInfo},
      {"statement", Level::kInfo},   {"情報", Level::kInfo},          {"通知", Level::kInfo},
      {"warn", Level::kWarn},        {"warning", Level::kWarn},       {"wrn", Level::kWarn},
      {"警告", Level::kWarn},        {"注意", Level::kWarn},          {"deprecated", Level::kWarn},
      {"error", Level::kError},      {"err", Level::kError},          {"failure", Level::kError},
      {"severe", Level::kError},     {"エラー", Level::kError},       {"異常", Level::kError},
      {"障害", Level::kError},       {"fatal", Level::kFatal},        {"crit", Level::kFatal},
      {"critical", Level::kFatal},   {"alert", Level::kFatal},        {"emerg", Level::kFatal},
      {"emergency", Level::kFatal},  {"panic", Level::kFatal},        {"致命的", Level::kFatal},
      {"重大", Level::kFatal},
  };
  return *words;
}

Level OfLetter(char c) {
  switch (c) {
    case 'V':
    case 'T': return Level::kTrace;
    case 'D': return Level::kDebug;
    case 'I':
    case 'N': return Level::kInfo;
    case 'W': return Level::kWarn;
    case 'E': return Level::kError;
    case 'F':
    case 'C': return Level::kFatal;
    default: return Level::kNone;
  }
}

/// A number of at most three digits; -1: none.
int SmallNumber(std::string_view text) {
  if (text.empty() || text.size() > 3 || !std::all_of(text.begin(), text.end(), IsDigit)) return -1;
  int number = 0;
  for (const char c : text) number = number * 10 + (c - '0');
  return number;
}

Level OfSeverity(int severity) {
  if (severity < 0) return Level::kNone;
  static constexpr Level kLevelsOf[] = {Level::kFatal, Level::kFatal, Level::kFatal, Level::kError,
                                        Level::kWarn,  Level::kInfo,  Level::kInfo,  Level::kDebug};
  return kLevelsOf[severity % 8];
}

Level OfTens(int number) {
  static constexpr Level kLevelsOf[] = {Level::kTrace, Level::kDebug, Level::kInfo,
                                        Level::kWarn,  Level::kError, Level::kFatal};
  return number < 10 || number > 60 ? Level::kNone : kLevelsOf[number / 10 - 1];
}

Level OfWords(std::string_view text) {
  if (const Level level = LevelOf(text); level != Level::kNone) return level;
  const std::string_view bare = Bare(text);
  if (const Level level = LevelOf(bare); level != Level::kNone) return level;
  const size_t space = bare.find(' ');
  if (space == std::string_view::npos) return Level::kNone;
  const Level first = LevelOf(bare.substr(0, space));
  return first != Level::kNone ? first : LevelOf(bare.substr(bare.rfind(' ') + 1));
}

}  // namespace

Level LevelOn(LevelScale scale, std::string_view text) {
  switch (scale) {
    case LevelScale::kLetters: return LevelOf(text, true);
    case LevelScale::kPriority:
    case LevelScale::kSeverity:
      if (const int number = SmallNumber(text); number >= 0) return OfSeverity(number);
      break;
    case LevelScale::kTens:
      if (const int number = SmallNumber(text); number >= 0) return OfTens(number);
      break;
    case LevelScale::kWords: break;
  }
  return OfWords(text);
}

LevelScale ScaleOf(const std::vector<std::string_view>& values, bool priority) {
  constexpr int kPriorityMax = 191;
  size_t letters = 0, numbers = 0, tens = 0, severities = 0, priorities = 0, usual = 0;
  for (const std::string_view value : values) {
    const int number = SmallNumber(value);
    letters += value.size() == 1 && number < 0;
    numbers += number >= 0;
    tens += number >= 10 && number <= 60 && number % 10 == 0;
    severities += number >= 0 && number <= 7;
    priorities += number >= 0 && number <= kPriorityMax;
    usual += number == 6 || number == 7;
  }
  const auto nearly = [&](size_t n) { return n > 0 && n * 10 >= values.size() * 9; };
  if (nearly(letters)) return LevelScale::kLetters;
  if (!nearly(numbers)) return LevelScale::kWords;
  if (priority && nearly(priorities)) return LevelScale::kPriority;
  if (nearly(tens)) return LevelScale::kTens;
  // Other programs count from 0 to 5 the other way round: only where what is usual is the most frequent.
  return nearly(severities) && usual * 2 > values.size() ? LevelScale::kSeverity : LevelScale::kWords;
}

std::string_view LevelName(Level level) {
  static constexpr std::string_view kNames[kLevels] = {"none", "trace", "debug", "info", "warn", "error", "fatal"};
  return kNames[static_cast<size_t>(level)];
}

Level LevelOf(std::string_view word, bool one_letter) {
  if (word.size() == 1) return one_letter ? OfLetter(word[0]) : Level::kNone;
  if (word == "INFO") return Level::kInfo;  // most lines
  char lower[16];
  if (word.empty() || word.size() > sizeof lower) return Level::kNone;
  for (size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    lower[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  const auto found = Words().find(std::string_view(lower, word.size()));
  return found == Words().end() ? Level::kNone : found->second;
}

}  // namespace yk::logs
