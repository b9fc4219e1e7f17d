// SPDX-License-Identifier: Apache-2.0
#include "text/contacts.h"

#include <algorithm>

#include "text/number_scan.h"
#include "text/pattern.h"

namespace yk::text {
namespace {

bool IsPhoneNeighbour(char c) { return IsAsciiDigit(c) || IsAsciiLetter(c); }

bool TouchesMore(std::string_view s, Range range) {
  if (range.begin > 0 && IsPhoneNeighbour(s[range.begin - 1])) return true;
  if (range.begin > 1 && (s[range.begin - 1] == '-' || s[range.begin - 1] == '.' || s[range.begin - 1] == '/') &&
      IsAsciiDigit(s[range.begin - 2]))
    return true;
  if (range.end < s.size() && IsPhoneNeighbour(s[range.end])) return true;
  return range.end + 1 < s.size() && (s[range.end] == '-' || s[range.end] == '/') && IsAsciiDigit(s[range.end + 1]);
}

std::string Digits(std::string_view s) {
  std::string out;
  for (char c : s) {
    if (IsAsciiDigit(c) || (c == '+' && out.empty())) out.push_back(c);
  }
  return out;
}

/// "+81 (0)3 …": the bracketed zero is not dialled.
std::string International(std::string_view s) {
  std::string plain(s);
  const size_t zero = plain.find("(0)");
  if (zero != std::string::npos) plain.erase(zero, 3);
  return Digits(plain);
}

size_t TrimUrl(std::string_view url) {
  size_t end = url.size();
  while (end > 0) {
    const char c = url[end - 1];
    const bool mark = std::string_view(".,;:!?'\"*").find(c) != std::string_view::npos;
    // A closing bracket belongs to the address only when it was opened in it.
    const bool unopened = c == ')' && std::count(url.begin(), url.begin() + static_cast<ptrdiff_t>(end), '(') <
                                          std::count(url.begin(), url.begin() + static_cast<ptrdiff_t>(end), ')');
    if (!mark && !unopened && c != ']') break;
    --end;
  }
  return end;
}

}  // namespace

std::vector<Spot<std::string>> FindEmails(std::string_view text) {
  static const RE2 pattern(
      "([A-Za-z0-9_][A-Za-z0-9._%+'-]*)@((?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\\.)+[A-Za-z]{2,24})");
  const FoldedText folded = Fold(text, kScanFold);
  const std::string_view s = folded.text();
  std::vector<Spot<std::string>> out;
  ForEachMatch<3>(pattern, s, [&](const Groups<3>& g) {
    const Range range = RangeOf(s, g[0]);
    const std::string_view user = View(g[1]);
    if (user.size() > 64 || View(g[2]).size() > 253 || user.back() == '.' || user.find("..") != std::string_view::npos)
      return;
    if (range.end < s.size() && (s[range.end] == '@' || IsAsciiDigit(s[range.end]))) return;
    out.push_back({folded.Source(range), std::string(user) + "@" + FoldCase(View(g[2]))});
  });
  return out;
}

std::vector<Spot<std::string>> FindPhones(std::string_view text) {
  static const RE2 japan("\\(?0[0-9]{1,4}(?:\\)[- ]?|[- ]\\(?|\\()[0-9]{1,4}(?:[- )]{1,2})[0-9]{3,4}");
  static const RE2 america("(?:\\+?1[-. ])?(?:\\([2-9][0-9]{2}\\) ?|[2-9][0-9]{2}[-. ])[0-9]{3}[-. ][0-9]{4}");
  static const RE2 world("\\+[1-9][0-9]{0,2}(?:[-. ]{0,2}\\(?[0-9]{1,4}\\)?){2,6}");
  static const RE2 labelled(
      "(?i)(?:tel|phone|telephone|fax|mobile|電話番号|電話|携帯電話|携帯|ファックス|ファクス|ファクシミリ)[^0-9+\\n]{0,"
      "8}(\\+?[0-9]{9,14})");
  const FoldedText folded = Fold(text, kScanFold);
  const std::string_view s = folded.text();
  std::vector<Spot<std::string>> out;
  const auto add = [&](Range range, size_t low, size_t high, std::string digits) {
    const size_t count = digits.size() - digits.starts_with('+');
    if (count < low || count > high || TouchesMore(s, range)) return;
    out.push_back({range, std::move(digits)});
  };
  ForEachMatch<1>(japan, s, [&](const Groups<1>& g) { add(RangeOf(s, g[0]), 10, 11, Digits(View(g[0]))); });
  ForEachMatch<1>(america, s, [&](const Groups<1>& g) { add(RangeOf(s, g[0]), 10, 11, Digits(View(g[0]))); });
  ForEachMatch<1>(world, s, [&](const Groups<1>& g) { add(RangeOf(s, g[0]), 8, 15, International(View(g[0]))); });
  ForEachMatch<2>(labelled, s, [&](const Groups<2>& g) { add(RangeOf(s, g[1]), 9, 14, Digits(View(g[1]))); });
  DropOverlaps(&out);
  for (auto& spot : out) spot.range = folded.Source(spot.range);
  return out;
}

std::vector<Spot<std::string>> FindUrls(std::string_view text) {
  static const RE2 pattern("(?i)(?:https?://|\\bwww\\.)[a-z0-9][a-z0-9._~:/?#\\[\\]@!$&'()*+,;=%-]*");
  std::vector<Spot<std::string>> out;
  ForEachMatch<1>(pattern, text, [&](const Groups<1>& g) {
    const Range whole = RangeOf(text, g[0]);
    if (whole.size() > 2048) return;  // no address is that long; what is matters nowhere
    const std::string_view url = View(g[0]).substr(0, TrimUrl(View(g[0])));
    if (url.find('.') == std::string_view::npos && url.find("localhost") == std::string_view::npos) return;
    out.push_back({{whole.begin, whole.begin + url.size()}, std::string(url)});
  });
  return out;
}

}  // namespace yk::text
