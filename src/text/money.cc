// SPDX-License-Identifier: Apache-2.0
#include "text/money.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

#include "text/number_scan.h"
#include "text/number_words.h"
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
// Abbreviations that mean a factor only beside a currency; whole words are read with the number.
constexpr auto kMultipliers = std::to_array<Multiplier>({{"k", 1000},
                                                         {"m", 1'000'000},
                                                         {"b", 1'000'000'000},
                                                         {"t", 1'000'000'000'000},
                                                         {"mm", 1'000'000},
                                                         {"mn", 1'000'000},
                                                         {"mil", 1'000'000},
                                                         {"mio", 1'000'000},
                                                         {"mln", 1'000'000},
                                                         {"bn", 1'000'000'000},
                                                         {"bln", 1'000'000'000},
                                                         {"mrd", 1'000'000'000},
                                                         {"tn", 1'000'000'000'000},
                                                         {"trn", 1'000'000'000'000},
                                                         {"tsd", 1000}});
constexpr auto kHundredths = std::to_array<std::string_view>({"銭", "セント", "ペンス", "cents", "cent", "pence"});

bool LetterAt(std::string_view s, size_t pos) { return pos < s.size() && IsAsciiLetter(s[pos]); }
bool CharAt(std::string_view s, size_t pos, char c) { return pos < s.size() && s[pos] == c; }

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
  explicit MoneyFinder(std::string_view text) : folded_(Fold(text, kNumberFold)), s_(folded_.text()) {}

  std::vector<Spot<Money>> Run() {
    std::vector<Amount> amounts;
    for (const ScannedNumber& number : ScanNumbers(s_)) {
      if (auto amount = Read(number, amounts.empty() ? 0 : amounts.back().range.end)) Take(*amount, &amounts);
    }
    std::vector<Spot<Money>> out;
    out.reserve(amounts.size());
    for (const Amount& amount : amounts) out.push_back({folded_.Source(amount.range), amount.money});
    return out;
  }

 private:
  /// `taken`: where the amount before it ends; its sign is no other's, 10 € 20 €.
  std::optional<Amount> Read(const ScannedNumber& number, size_t taken) const {
    Range range = number.range;
    Decimal value = number.value;
    std::string_view currency;
    const size_t digits = value.units < 0 ? range.begin + 1 : range.begin;
    const bool minus = !number.words && Before(&range, digits, taken, &currency);
    const bool front = !currency.empty();
    const size_t plain = range.end;
    if (!Factor(&range, &value)) return std::nullopt;
    const size_t factored = range.end;
    Behind(&range, &currency);
    if (currency.empty()) return std::nullopt;
    const bool local = range.end > factored && !front && IsCjk(PeekAt(s_, SkipSpace(s_, factored)));
    if (!IsSure(number, currency, plain != factored, front, local)) return std::nullopt;
    Hundredths(&range, &value);
    if (minus || InBracketsAlone(range)) value.units = -std::abs(value.units);
    return Amount{range, {value, std::string(currency)}};
  }

  /// Does the currency settle what the digits alone leave open? `local`: it is written behind them in Japanese.
  bool IsSure(const ScannedNumber& number, std::string_view currency, bool factor, bool front, bool local) const {
    switch (number.grouping) {
      case Grouping::kNumber: return factor || currency != "EUR" || !MayBeThousands(number.range);
      case Grouping::kAmount: return true;
      case Grouping::kComma: return currency != "JPY" && (factor || currency == "EUR" || number.value.scale == 2);
      case Grouping::kSpaces: return !local;   // 5 100円 are five things at 100 yen
      case Grouping::kFraction: return front;  // ¥100/3個
      default: return false;
    }
  }

  /// 1.234 is a thousand in most countries that pay in euros.
  bool MayBeThousands(Range range) const {
    const std::string_view text = s_.substr(range.begin, range.size());
    const size_t begin = text.find_first_of("0123456789");
    const size_t dot = text.find('.');
    return dot != std::string_view::npos && text.size() == dot + 4 && dot - begin <= 3 && text[begin] != '0' &&
           text.find_first_not_of("0123456789", begin) == dot;
  }

  /// A symbol or code in front, at most two spaces away, not the end of a longer word. True: with a sign before it
  /// (-$5) or brackets behind it that say minus, $(5).
  bool Before(Range* range, size_t digits, size_t taken, std::string_view* currency) const {
    size_t end = range->begin;
    for (int i = 0; i < 2 && end > 0 && (s_[end - 1] == ' ' || s_[end - 1] == '\n'); ++i) --end;
    const bool bracket = end == range->begin && end > 1 && s_[end - 1] == '(' && CharAt(s_, range->end, ')');
    if (bracket && s_[--end - 1] == ' ') --end;
    const std::string tail = Lower(s_.substr(end > 24 ? end - 24 : 0, end > 24 ? 24 : end));
    for (const Name& name : kBefore) {
      if (!tail.ends_with(name.text)) continue;
      const size_t begin = end - name.text.size();
      if (begin < taken) return false;
      if (IsAsciiLetter(name.text[0]) && begin > 0 && IsAsciiLetter(s_[begin - 1])) continue;
      if (name.text == "金" && (!GoldMeansMoney(begin) || digits != end)) continue;
      if (name.text == "\\" && digits != end) continue;
      // "in USD (5)" says nothing of a loss.
      if (bracket && (IsAsciiLetter(name.text.back()) || name.text == "金")) return false;
      range->begin = begin;
      range->end += bracket ? 1 : 0;
      *currency = name.currency;
      // 金 belongs to the amount only with 円 behind it; 現金3枚 is three notes.
      if (name.text == "金") *currency = {};
      return TakeSign(range) || bracket;
    }
    return false;
  }

  bool TakeSign(Range* range) const {
    const std::string_view before = s_.substr(0, range->begin);
    for (const std::string_view sign : {"△", "▲", "-", "\u2212"}) {
      if (!before.ends_with(sign)) continue;
      const size_t at = range->begin - sign.size();
      if (sign == "-" || sign == "\u2212") {
        if (!IsSignAt(s_, at)) return false;
      }
      range->begin = at;
      return true;
    }
    return false;
  }

  /// "Total: ($50.00)" in a cell or behind a label, as accountants write losses; in a sentence brackets say nothing.
  bool InBracketsAlone(Range range) const {
    if (range.begin == 0 || s_[range.begin - 1] != '(' || !CharAt(s_, range.end, ')')) return false;
    size_t before = range.begin - 1;
    for (int i = 0; i < 2 && before > 0 && s_[before - 1] == ' '; ++i) --before;
    size_t after = range.end + 1;
    for (int i = 0; i < 2 && CharAt(s_, after, ' '); ++i) ++after;
    const bool label = before > 0 && (s_[before - 1] == ':' || s_[before - 1] == '|');
    return label && (after >= s_.size() || s_[after] == '\n' || s_[after] == '|');
  }

  bool GoldMeansMoney(size_t begin) const {
    if (begin == 0) return true;
    size_t at = begin;
    return !IsHan(PreviousCodePoint(s_, &at));
  }

  /// False: a letter behind the amount may or may not be a factor, "$3 M".
  bool Factor(Range* range, Decimal* value) const {
    const size_t at = SkipSpace(s_, range->end);
    size_t end = at;
    while (LetterAt(s_, end) && end < at + 4) ++end;
    if (end == at || LetterAt(s_, end) || (end < s_.size() && IsAsciiDigit(s_[end]))) return true;
    const std::string word = Lower(s_.substr(at, end - at));
    for (const Multiplier& multiplier : kMultipliers) {
      if (word != multiplier.text) continue;
      if (word.size() == 1 && (at != range->end || s_[at] == 't')) return false;
      const auto product = Times(*value, multiplier.factor);
      if (!product) return false;
      *value = *product;
      range->end = end;
      if (word.size() > 2 && CharAt(s_, end, '.') && CharAt(s_, end + 1, ' ')) ++range->end;
      return true;
    }
    return true;
  }

  /// 100円50銭, "5 dollars and 50 cents".
  void Hundredths(Range* range, Decimal* value) const {
    size_t at = SkipSpace(s_, range->end);
    if (Lower(s_.substr(at, 4)) == "and ") at = SkipSpace(s_, at + 4);
    const auto part = LetterAt(s_, at) ? ReadNumberWords(s_, &at) : ReadNumber(s_, &at);
    if (!part || part->scale != 0 || part->units >= 100 || value->scale > 2) return;
    at = SkipSpace(s_, at);
    const std::string rest = Lower(s_.substr(at, 9));
    for (const std::string_view name : kHundredths) {
      if (!rest.starts_with(name) || (IsAsciiLetter(name[0]) && LetterAt(rest, name.size()))) continue;
      const auto sum = Plus(*value, {value->units < 0 ? -part->units : part->units, 2});
      if (!sum) return;
      *value = *sum;
      while (value->scale > 0 && value->units % 10 == 0) value->units /= 10, --value->scale;
      range->end = at + name.size();
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
      if (LeadsTheNext(*range, at, name.text)) return;
      *currency = currency->empty() || name.currency != "USD" ? name.currency : *currency;
      range->end = at + name.text.size();
      return;
    }
  }

  /// The sign belongs to the amount behind it: £450.00 £90.00, 2024 £450, EUR 1 EUR 2; but 10 € 20 €.
  bool LeadsTheNext(Range range, size_t at, std::string_view sign) const {
    const bool leads = std::any_of(kBefore.begin(), kBefore.end(), [&](const Name& n) { return n.text == sign; });
    const size_t end = at + sign.size();
    const size_t next = SkipSpace(s_, end);
    if (!leads || next >= s_.size() || !IsAsciiDigit(s_[next])) return false;
    const bool touches = next == end && !IsAsciiLetter(sign.back());
    return touches || Lower(s_.substr(range.begin, sign.size())) == sign;
  }

  static char32_t PeekAt(std::string_view s, size_t pos) { return pos < s.size() ? NextCodePoint(s, &pos) : 0; }

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
