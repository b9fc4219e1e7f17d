// SPDX-License-Identifier: Apache-2.0
#include "logs/level.h"

#include <string>
#include <unordered_map>

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
      {"警告", Level::kWarn},        {"注意", Level::kWarn},          {"error", Level::kError},
      {"err", Level::kError},        {"failure", Level::kError},      {"severe", Level::kError},
      {"エラー", Level::kError},     {"異常", Level::kError},         {"障害", Level::kError},
      {"fatal", Level::kFatal},      {"crit", Level::kFatal},         {"critical", Level::kFatal},
      {"alert", Level::kFatal},      {"emerg", Level::kFatal},        {"emergency", Level::kFatal},
      {"panic", Level::kFatal},      {"致命的", Level::kFatal},       {"重大", Level::kFatal},
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

}  // namespace

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
