// SPDX-License-Identifier: Apache-2.0
#include "app/eval_match.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <set>

#include "base/json.h"
#include "text/dates.h"
#include "text/normalize.h"
#include "text/numbers.h"
#include "text/schema.h"
#include "text/truth_words.h"
#include "text/utf8.h"

namespace yk::app {
namespace {

std::string TextOf(const Json& value) { return value.is_string() ? value.get<std::string>() : DumpJson(value); }

std::string Key(const Json& value) {
  return text::FoldString(TextOf(value), {.case_fold = true, .space = text::Space::kSqueeze});
}

std::optional<double> NumberOf(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto number = text::ParseNumber(value.get_ref<const std::string&>());
  if (!number) return std::nullopt;
  return number->ToDouble();
}

/// Digit by digit, for registration numbers and large sums differ in the last one; only what was reckoned in binary, a
/// number with a fraction, may be a little off.
bool SameNumber(const Json& gold, const Json& predicted) {
  const auto x = text::ParseNumber(TextOf(gold)), y = text::ParseNumber(TextOf(predicted));
  if (x && y && *x == *y) return true;
  if (x && y && !gold.is_number_float() && !predicted.is_number_float()) return false;
  const auto a = NumberOf(gold), b = NumberOf(predicted);
  return a && b && std::fabs(*a - *b) <= 1e-9 * std::max(std::fabs(*a), std::fabs(*b));
}

std::optional<bool> BooleanOf(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  const std::string key = Key(value);
  if (key == "1" || key == "0") return key == "1";
  return text::TruthOf(key);
}

std::optional<text::Date> DateOf(const Json& value) {
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  if (auto date = text::ParseDate(text)) return date;
  const auto all = text::FindDates(text);
  if (all.size() != 1) return std::nullopt;
  return all.front().value;
}

bool ExactMatch(const Json& gold, const Json& predicted) {
  if (gold.is_boolean() || predicted.is_boolean()) {
    const auto a = BooleanOf(gold), b = BooleanOf(predicted);
    return a && b && *a == *b;
  }
  if (Key(gold) == Key(predicted)) return true;
  if (SameNumber(gold, predicted)) return true;
  return gold.is_object() && text::JsonEquals(gold, predicted);
}

/// Words of scripts that separate them; pairs of neighbouring characters of those that do not (a lone one stands for
/// itself).
std::set<std::string> Units(std::string_view source) {
  const std::string folded = text::FoldString(source, {.case_fold = true, .space = text::Space::kSqueeze});
  std::set<std::string> units;
  std::string word, run_last;
  size_t run = 0;
  const auto end_word = [&] {
    if (!word.empty()) units.insert(std::move(word));
    word.clear();
  };
  const auto end_run = [&] {
    if (run == 1) units.insert(run_last);
    run = 0;
  };
  for (size_t at = 0; at < folded.size();) {
    const size_t start = at;
    const char32_t c = text::NextCodePoint(folded, &at);
    const std::string character = folded.substr(start, at - start);
    if (text::IsCjk(c)) {
      end_word();
      if (run > 0) units.insert(run_last + character);
      run_last = character;
      ++run;
    } else {
      end_run();
      if (text::IsWordLetter(c)) {
        word += character;
      } else {
        end_word();
      }
    }
  }
  end_word();
  end_run();
  return units;
}

}  // namespace

Result<MatchRule> MatchRule::Parse(std::string_view text) {
  if (text == "exact") return MatchRule{};
  if (text == "date") return MatchRule{Kind::kDate, 0.5};
  if (text == "span") return MatchRule{Kind::kSpan, 0.5};
  if (text.starts_with("span:")) {
    const auto digits = text.substr(5);
    double overlap = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), overlap);
    if (read.ec == std::errc() && read.ptr == digits.data() + digits.size() && overlap > 0 && overlap <= 1) {
      return MatchRule{Kind::kSpan, overlap};
    }
  }
  return Fail(Code::kInvalid,
              "\"{}\" is not a way to match; use exact, date, or span:0.5 (an overlap above 0, up to 1)", text);
}

std::string MatchRule::ToString() const {
  switch (kind) {
    case Kind::kExact: return "exact";
    case Kind::kDate: return "date";
    case Kind::kSpan: return fmt::format("span:{:g}", overlap);
  }
  return "exact";
}

double SpanOverlap(std::string_view a, std::string_view b) {
  const auto left = Units(a), right = Units(b);
  if (left.empty() && right.empty()) return 1;
  size_t common = 0;
  for (const auto& unit : left) common += right.count(unit);
  return static_cast<double>(common) / static_cast<double>(left.size() + right.size() - common);
}

bool ValuesMatch(const Json& gold, const Json& predicted, const MatchRule& rule) {
  if (rule.kind == MatchRule::Kind::kDate) {
    const auto a = DateOf(gold), b = DateOf(predicted);
    if (a || b) return a && b && *a == *b;
  }
  if (rule.kind == MatchRule::Kind::kSpan) {
    return SpanOverlap(TextOf(gold), TextOf(predicted)) >= rule.overlap - 1e-12;
  }
  return ExactMatch(gold, predicted);
}

}  // namespace yk::app
