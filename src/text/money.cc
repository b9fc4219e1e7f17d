// SPDX-License-Identifier: Apache-2.0
#include "text/money.h"

#include <array>
#include <optional>

#include "text/number_scan.h"
#include "text/utf8.h"

namespace yk::text {
namespace {

struct Name {
  std::string_view text;
  std::string_view currency;
};

// Longer names stand before those that are their ends or beginnings.
constexpr auto kBefore = std::to_array<Name>(
    {{"us$", "USD"}, {"u.s.$", "USD"}, {"u.s. $", "USD"}, {"usd", "USD"}, {"au$", "AUD"}, {"a$", "AUD"},
     {"aud", "AUD"}, {"ca$", "CAD"},   {"c$", "CAD"},     {"cad", "CAD"}, {"hk$", "HKD"}, {"hkd", "HKD"},
     {"s$", "SGD"},  {"sgd", "SGD"},   {"nz$", "NZD"},    {"nt$", "TWD"}, {"$", "USD"},   {"jpy", "JPY"},
     {"¥", "JPY"},   {"\\", "JPY"},    {"eur", "EUR"},    {"€", "EUR"},   {"gbp", "GBP"}, {"£", "GBP"},
     {"chf", "CHF"}, {"cny", "CNY"},   {"rmb", "CNY"},    {"krw", "KRW"}, {"₩", "KRW"},   {"inr", "INR"},
     {"₹", "INR"},   {"金", "JPY"}});
constexpr auto kBehind = std::to_array<Name>({{"円也", "JPY"},
                                              {"円", "JPY"},
                                              {"圓也", "JPY"},
                                              {"圓", "JPY"},
                                              {"米ドル", "USD"},
                                              {"香港ドル", "HKD"},
                                              {"豪ドル", "AUD"},
                                              {"カナダドル", "CAD"},
                                              {"シンガポールドル", "SGD"},
                                              {"ドル", "USD"},
                                              {"ユーロ", "EUR"},
                                              {"ポンド", "GBP"},
                                              {"人民元", "CNY"},
                                              {"中国元", "CNY"},
                                              {"元", "CNY"},
                                              {"ウォン", "KRW"},
                                              {"u.s. dollars", "USD"},
                                              {"us dollars", "USD"},
                                              {"united states dollars", "USD"},
                                              {"canadian dollars", "CAD"},
                                              {"australian dollars", "AUD"},
                                              {"hong kong dollars", "HKD"},
                                              {"singapore dollars", "SGD"},
                                              {"dollars", "USD"},
                                              {"dollar", "USD"},
                                              {"usd", "USD"},
                                              {"japanese yen", "JPY"},
                                              {"yen", "JPY"},
                                              {"jpy", "JPY"},
                                              {"euros", "EUR"},
                                              {"euro", "EUR"},
                                              {"eur", "EUR"},
                                              {"pounds sterling", "GBP"},
                                              {"british pounds", "GBP"},
                                              {"gbp", "GBP"},
                                              {"chf", "CHF"},
                                              {"cny", "CNY"},
                                              {"rmb", "CNY"},
                                              {"yuan", "CNY"},
                                              {"krw", "KRW"},
                                              {"sgd", "SGD"},
                                              {"cad", "CAD"},
                                              {"aud", "AUD"},
                                              {"hkd", "HKD"},
                                              {"€", "EUR"},
                                              {"£", "GBP"}});
struct Multiplier {
  std::string_view text;
  int64_t factor;
};
constexpr auto kMultipliers = std::to_array<Multiplier>({{"million", 1'000'000},
                                                         {"billion", 1'000'000'000},
                                                         {"thousand", 1000},
                                                         {"trillion", 1'000'000'000'000},
                                                         {"mm", 1'000'000},
                                                         {"mn", 1'000'000},
                                                         {"bn", 1'000'000'000}});

bool LetterAt(std::string_view s, size_t pos) { return pos < s.size() && IsAsciiLetter(s[pos]); }

std::string Lower(std::string_view s) {
  std::string out(s);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

struct Amount {
  Range range;  // in the folded text
  Money money;
};

class MoneyFinder {
 public:
  explicit MoneyFinder(std::string_view text) : folded_(Fold(text, kScanFold)), s_(folded_.text()) {}

  std::vector<Spot<Money>> Run() {
    std::vector<Amount> amounts;
    for (const ScannedNumber& number : ScanNumbers(s_)) {
      if (auto amount = Read(number)) Take(*amount, &amounts);
    }
    std::vector<Spot<Money>> out;
    out.reserve(amounts.size());
    for (const Amount& amount : amounts) out.push_back({folded_.Source(amount.range), amount.money});
    return out;
  }

 private:
  std::optional<Amount> Read(const ScannedNumber& number) const {
    Range range = number.range;
    Decimal value = number.value;
    std::string_view currency;
    const size_t sign = value.units < 0 ? range.begin + 1 : range.begin;
    if (!number.words) Before(&range, sign, &currency);
    Factor(&range, &value);
    Behind(&range, &currency);
    if (currency.empty()) return std::nullopt;
    return Amount{range, {value, std::string(currency)}};
  }

  /// A symbol or code in front, at most two spaces away, not the end of a longer word.
  void Before(Range* range, size_t digits, std::string_view* currency) const {
    size_t end = range->begin;
    for (int i = 0; i < 2 && end > 0 && (s_[end - 1] == ' ' || s_[end - 1] == '\n'); ++i) --end;
    const std::string tail = Lower(s_.substr(end > 24 ? end - 24 : 0, end > 24 ? 24 : end));
    for (const Name& name : kBefore) {
      if (!tail.ends_with(name.text)) continue;
      const size_t begin = end - name.text.size();
      if (IsAsciiLetter(name.text[0]) && begin > 0 && IsAsciiLetter(s_[begin - 1])) continue;
      if (name.text == "金" && (!GoldMeansMoney(begin) || digits != end)) continue;
      if (name.text == "\\" && digits != end) continue;
      range->begin = begin;
      *currency = name.currency;
      // 金 belongs to the amount only with 円 behind it; 現金3枚 is three notes.
      if (name.text == "金") *currency = {};
      return;
    }
  }

  bool GoldMeansMoney(size_t begin) const {
    if (begin == 0) return true;
    size_t at = begin;
    return !IsHan(PreviousCodePoint(s_, &at));
  }

  void Factor(Range* range, Decimal* value) const {
    const size_t at = SkipSpace(s_, range->end);
    const std::string rest = Lower(s_.substr(at, 12));
    for (const Multiplier& multiplier : kMultipliers) {
      if (!rest.starts_with(multiplier.text) || LetterAt(rest, multiplier.text.size())) continue;
      if (const auto product = Times(*value, multiplier.factor)) {
        *value = *product;
        range->end = at + multiplier.text.size();
      }
      return;
    }
  }

  void Behind(Range* range, std::string_view* currency) const {
    const size_t at = SkipSpace(s_, range->end);
    const std::string rest = Lower(s_.substr(at, 24));
    for (const Name& name : kBehind) {
      if (!rest.starts_with(name.text)) continue;
      if (IsAsciiLetter(name.text.back()) && LetterAt(rest, name.text.size())) continue;
      if (!currency->empty() && *currency != name.currency && *currency != "USD") return;
      // 元 also begins 元年 and 元本; after digits and before another kanji it is no currency.
      if (name.text == "元" && rest.size() > 3 && IsHan(PeekAt(rest, 3))) continue;
      *currency = currency->empty() || name.currency != "USD" ? name.currency : *currency;
      range->end = at + name.text.size();
      return;
    }
  }

  static char32_t PeekAt(std::string_view s, size_t pos) { return NextCodePoint(s, &pos); }

  /// "Five Thousand Dollars ($5,000)" is one amount.
  void Take(const Amount& amount, std::vector<Amount>* out) const {
    if (!out->empty()) {
      Amount& last = out->back();
      if (amount.range.begin < last.range.end) return;
      const size_t open = SkipSpace(s_, last.range.end);
      const size_t close = SkipSpace(s_, amount.range.end);
      if (open < s_.size() && s_[open] == '(' && SkipSpace(s_, open + 1) == amount.range.begin && close < s_.size() &&
          s_[close] == ')' && last.money == amount.money) {
        last.range.end = close + 1;
        return;
      }
    }
    out->push_back(amount);
  }

  const FoldedText folded_;
  const std::string_view s_;
};

}  // namespace

std::vector<Spot<Money>> FindMoney(std::string_view text) { return MoneyFinder(text).Run(); }

}  // namespace yk::text
