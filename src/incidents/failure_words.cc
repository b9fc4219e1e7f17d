// SPDX-License-Identifier: Apache-2.0
#include "incidents/failure_words.h"

#include <algorithm>
#include <string>

namespace yk::incidents {
namespace {

struct Word {
  std::string_view beginning;
  double weight;
};

/// Sorted by nothing but sense; the list is short, and it is tried once per template and not per line.
constexpr Word kEnglish[] = {
    {"abort", 1},     {"attack", 1},    {"backlog", .4},      {"bad", .4},         {"broken", 1},     {"cannot", 1},
    {"conflict", .5}, {"corrupt", 1},   {"crash", 1},         {"critical", .8},    {"dead", 1},       {"declin", .5},
    {"degrad", .8},   {"denied", .8},   {"deadlock", 1},      {"disconnect", .5},  {"down", .4},      {"drop", .4},
    {"emerg", .8},    {"err", 1},       {"exceed", .8},       {"exception", 1},    {"exhaust", 1},    {"expire", .7},
    {"fail", 1},      {"fatal", 1},     {"fault", 1},         {"forbidden", .6},   {"full", .5},      {"hang", .6},
    {"hung", 1},      {"illegal", .7},  {"inconsistent", .8}, {"insufficient", 1}, {"interrupt", .4}, {"invalid", .5},
    {"kill", 1},      {"lost", .8},     {"mismatch", .7},     {"missing", .7},     {"oom", 1},        {"outage", 1},
    {"overflow", 1},  {"overload", 1},  {"panic", 1},         {"refus", 1},        {"reject", .8},    {"reset", .4},
    {"retry", .4},    {"retries", .4},  {"rollback", .6},     {"segfault", 1},     {"slow", .4},      {"stall", .8},
    {"starv", 1},     {"stuck", 1},     {"terminat", .4},     {"throttl", .6},     {"timeout", 1},    {"timedout", 1},
    {"unable", 1},    {"unauthor", .7}, {"unavailab", 1},     {"unexpected", .7},  {"unhealthy", 1},  {"unknown", .3},
    {"unreachab", 1}, {"violat", .8},   {"warn", .3},         {"waiting", .3},     {"wrong", .7},
};

/// More than one word.
constexpr Word kPhrases[] = {
    {"could not", 1},  {"out of memory", 1}, {"timed out", 1},   {"no space", 1},      {"read-only", .6},
    {"not found", .5}, {"no route", 1},      {"not respond", 1}, {"no response", 1},   {"gave up", 1},
    {"giving up", 1},  {"can't", 1},         {"too many", .8},   {"not available", 1}, {"does not exist", .6},
};

constexpr Word kJapanese[] = {
    {"異常", 1},
    {"失敗", 1},
    {"エラー", 1},
    {"不足", .8},
    {"できません", 1},
    {"できない", 1},
    {"できなかった", 1},
    {"障害", 1},
    {"停止しました", .6},
    {"強制終了", 1},
    {"中断", .8},
    {"切断", .6},
    {"拒否", .8},
    {"超過", .8},
    {"期限切れ", .8},
    {"遅延", .6},
    {"不正", .6},
    {"破損", 1},
    {"満杯", 1},
    {"枯渇", 1},
    {"タイムアウト", 1},
    {"例外", 1},
    {"致命", 1},
    {"応答がありません", 1},
    {"見つかりません", .6},
    {"無効", .4},
    {"不一致", .7},
    {"再試行", .4},
    {"故障", 1},
    {"過負荷", 1},
    {"欠損", .8},
    {"漏れ", .6},
    {"不可", .5},
    {"警告", .3},
    {"上限", .5},
    {"ありません", .3},
};

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// ASCII in lower case; a capital after a small letter begins a word ("ConnectionTimeoutException").
std::string Words(std::string_view text) {
  std::string out = " ";
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital && i > 0 && text[i - 1] >= 'a' && text[i - 1] <= 'z') out += ' ';
    out += capital ? static_cast<char>(c + 32) : c;
  }
  return out;
}

bool HasWord(const std::string& words, std::string_view beginning) {
  for (size_t at = words.find(beginning); at != std::string::npos; at = words.find(beginning, at + 1)) {
    if (!IsLetter(words[at - 1])) return true;
  }
  return false;
}

}  // namespace

double FailureWeight(std::string_view text) {
  const std::string words = Words(text);
  double weight = 0;
  for (const Word& word : kEnglish) {
    if (word.weight > weight && HasWord(words, word.beginning)) weight = word.weight;
  }
  for (const Word& word : kPhrases) {
    if (word.weight > weight && words.find(word.beginning) != std::string::npos) weight = word.weight;
  }
  for (const Word& word : kJapanese) {
    if (word.weight > weight && text.find(word.beginning) != std::string_view::npos) weight = word.weight;
  }
  return weight;
}

}  // namespace yk::incidents
