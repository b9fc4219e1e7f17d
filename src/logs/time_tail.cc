// SPDX-License-Identifier: Apache-2.0
#include "logs/time_tail.h"

#include <string_view>

#include "logs/bytes.h"

namespace yk::logs {

const char* ReadFraction(const char* p, const char* end, int64_t* micros) {
  int64_t scale = 100'000;
  *micros = 0;
  for (; p < end && IsDigit(*p); ++p) {
    *micros += (*p - '0') * scale;
    scale /= 10;
  }
  return p;
}

const char* ReadOptionalFraction(const char* p, const char* end, int64_t* micros) {
  const bool fraction = p + 1 < end && (*p == '.' || *p == ',') && IsDigit(p[1]);
  return fraction ? ReadFraction(p + 1, end, micros) : p;
}

const char* SkipZone(const char* const p, const char* end) {
  const char* q = p;
  if (q < end && *q == 'Z' && (q + 1 == end || !IsLetter(q[1]))) return q + 1;
  if (q < end && *q == ' ') ++q;
  if (q == end) return p;
  if (*q == '+' || *q == '-') {
    const char* const from = ++q;
    while (q < end && (IsDigit(*q) || *q == ':') && q - from < 5) ++q;
    return q - from >= 4 && (q == end || !IsDigit(*q)) ? q : p;
  }
  if (std::string_view("UGJEPCA").find(*q) == std::string_view::npos) return p;
  for (const std::string_view zone : {"UTC", "GMT", "JST", "EST", "EDT", "PST", "PDT", "CET", "CEST"}) {
    if (static_cast<size_t>(end - q) >= zone.size() && std::string_view(q, zone.size()) == zone &&
        (q + zone.size() == end || !IsLetter(q[zone.size()]))) {
      return q + zone.size();
    }
  }
  for (const std::string_view area : {"Asia/", "America/", "Africa/", "Australia/", "Europe/", "Pacific/"}) {
    if (static_cast<size_t>(end - q) <= area.size() || std::string_view(q, area.size()) != area) continue;
    q += area.size();
    while (q < end && (IsLetter(*q) || *q == '_' || *q == '/')) ++q;
    return q;
  }
  return p;
}

}  // namespace yk::logs
