// SPDX-License-Identifier: Apache-2.0
#include "incidents/gauge_words.h"

#include <algorithm>
#include <string>

namespace yk::incidents {
namespace {

constexpr std::string_view kMark = "<*>";

constexpr std::string_view kUnits[] = {"kb",      "mb",      "gb",   "tb",      "kib",   "mib",  "gib",  "tib", "byte",
                                       "bytes",   "percent", "ns",   "us",      "ms",    "msec", "s",    "sec", "secs",
                                       "seconds", "min",     "mins", "minutes", "hours", "rpm",  "watts"};
constexpr std::string_view kUnitBeginnings[] = {"%",          "％", "°",  "℃",    "バイト", "ミリ秒",
                                                "マイクロ秒", "秒", "分", "時間", "度"};

/// Whole words. Singular nouns that also stand before numbers of things ("session 17", "connection 4") are left out.
constexpr std::string_view kMeasured[] = {
    "active",      "allocated",   "available", "backlog", "buffered",    "connections", "conns",   "cpu",
    "depth",       "descriptors", "entries",   "fds",     "free",        "goroutines",  "handles", "heap",
    "inflight",    "lag",         "latency",   "length",  "loadavg",     "mem",         "memory",  "occupancy",
    "outstanding", "pending",     "queued",    "rss",     "sessions",    "size",        "sockets", "temp",
    "temperature", "threads",     "usage",     "used",    "utilization", "vsz",         "waiting"};
constexpr std::string_view kMeasuredJapanese[] = {
    "ヒープ", "メモリ", "使用",       "残り",         "残量",       "空き", "滞留", "待ち",
    "キュー", "接続数", "スレッド数", "セッション数", "ハンドル数", "負荷", "温度", "遅延"};

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsCapital(char c) { return c >= 'A' && c <= 'Z'; }

template <size_t n>
bool IsOneOf(const std::string_view (&list)[n], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

/// "heapUsed" is "heap" and "used".
bool HasMeasuredWord(std::string_view text) {
  std::string word;
  for (size_t i = 0; i <= text.size(); ++i) {
    const bool letter = i < text.size() && IsLetter(text[i]);
    const bool next = letter && IsCapital(text[i]) && i > 0 && IsLetter(text[i - 1]) && !IsCapital(text[i - 1]);
    if (!letter || next) {
      if (IsOneOf(kMeasured, word)) return true;
      word.clear();
    }
    if (letter) word += static_cast<char>(IsCapital(text[i]) ? text[i] + 32 : text[i]);
  }
  return std::any_of(std::begin(kMeasuredJapanese), std::end(kMeasuredJapanese),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

bool BeginsWithUnit(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  for (const std::string_view unit : kUnitBeginnings) {
    if (text.starts_with(unit)) return true;
  }
  std::string word;
  for (size_t i = 0; i < text.size() && IsLetter(text[i]) && i < 12; ++i)
    word += static_cast<char>(IsCapital(text[i]) ? text[i] + 32 : text[i]);
  return IsOneOf(kUnits, word);
}

}  // namespace

bool IsGauge(const logs::Template& tmpl, size_t slot) {
  if (tmpl.slots[slot].numeric && !tmpl.slots[slot].numeric->unit.empty()) return true;
  if (HasMeasuredWord(tmpl.slots[slot].key)) return true;
  const std::string_view text = tmpl.text;
  size_t before = 0, at = text.find(kMark);
  for (size_t i = 0; i < slot && at != std::string_view::npos; ++i) {
    before = at + kMark.size();
    at = text.find(kMark, before);
  }
  if (at == std::string_view::npos) return false;
  if (BeginsWithUnit(text.substr(at + kMark.size()))) return true;
  // The words right before it, up to what belongs to another value.
  std::string_view words = text.substr(before, at - before);
  constexpr size_t kNear = 40;
  if (words.size() > kNear) words.remove_prefix(words.size() - kNear);
  const size_t stop = words.find_last_of(",;()[]{}|");
  return HasMeasuredWord(stop == std::string_view::npos ? words : words.substr(stop + 1));
}

}  // namespace yk::incidents
