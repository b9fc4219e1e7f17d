// SPDX-License-Identifier: Apache-2.0
// Patterns against RE2, formats against the validator.
#include "constrain/pattern_dfa.h"

#include <gtest/gtest.h>

#include <random>

#include "constrain/format_pattern.h"
#include "constrain/string_rule.h"
#include "text/regex.h"
#include "text/utf8.h"

namespace yk::constrain {
namespace {

bool Takes(const PatternDfa& dfa, const std::string& text) {
  uint32_t state = 0;
  if (dfa.empty()) return false;
  for (const char32_t point : text::ToUtf32(text)) {
    state = dfa.Next(state, point);
    if (state == PatternDfa::kDead) return false;
  }
  return dfa.Accepts(state);
}

/// A text of the pattern, by random steps; long enough, it takes the first way to an end.
std::string Write(const PatternDfa& dfa, std::mt19937& random) {
  static const std::u32string kAlphabet =
      U"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@!$&'()*+,;=%{}|^`<> \"\\\n東é😀ぁ";
  std::string text;
  uint32_t state = 0;
  for (int count = 0; count < 400; ++count) {
    if (dfa.Accepts(state) && (count > 40 || random() % 4 == 0)) return text;
    const size_t offset = random();
    for (size_t i = 0; i < kAlphabet.size(); ++i) {
      const char32_t point = kAlphabet[(offset + i) % kAlphabet.size()];
      const uint32_t next = dfa.Next(state, point);
      if (next == PatternDfa::kDead) continue;
      text::AppendUtf8(point, &text);
      state = next;
      break;
    }
  }
  return dfa.Accepts(state) ? text : "";
}

TEST(PatternDfa, TakesWhatRe2FindsThePatternIn) {
  const char* const patterns[] = {
      "a",         "^a",           "a$",       "^a$",         "^$",         "",           "a|b",
      "^(a|bc)*$", "^a{2,3}$",     "(ab){2}",  "^a{0}b?$",    "[a-c]",      "[^a-c]",     "^[^a]$",
      ".",         "^.$",          "(?s)^.$",  "\\d\\D",      "\\w+\\s\\W", "^\\S*$",     "^(?:a|^b)c$",
      "a$|^b",     "(^|a)b($|c)",  "$^",       "^(a*)*$",     "(?:)",       "x*",         "\\Qa.b\\E",
      "\\x41",     "\\x{6771}",    "\\101",    "[\\]a-]",     "[]a]",       "^[é-東]+$",  "\\p{Han}",
      "^\\PL+$",   "[\\p{L}0]a",   "東|😀",     "^\\.\\*$",    "a{,2}",      "^{$",        "(?P<name>a)b",
      "^a+?b*?$",  "[[]",          "(?i:aB)c", "(?i)a(?-i)b", "a(?i)b|c",   "^[\\w-.]+$", "^[\\d-_]+$",
      "[^\\w-.]",  "^[\\p{L}-_]$", "[\\w--/]"};
  std::mt19937 random(1);
  const std::u32string alphabet = U"aabbcABC01 .*{}[]-\n\t_東é😀";
  for (const std::string pattern : patterns) {
    const auto re2 = text::Regex::Compile(pattern);
    ASSERT_TRUE(re2) << pattern;
    const auto dfa = PatternDfa::Compile(pattern);
    ASSERT_TRUE(dfa) << pattern;
    for (int n = 0; n < 400; ++n) {
      std::string text;
      for (size_t size = random() % 5; size > 0; --size) text::AppendUtf8(alphabet[random() % alphabet.size()], &text);
      EXPECT_EQ(Takes(*dfa, text), re2->Matches(text)) << pattern << " in " << text;
    }
  }
}

TEST(PatternDfa, RefusesWhatItCannotFollow) {
  for (const char* pattern : {"\\bword", "a\\B", "(?m)^a", "\\C", "(?i)[^k]", "(?i)\\W", "[[:alpha:]]",
                              "^(a|b)*a(a|b){20}$", "((a{1,100}){1,100}){1,100}"}) {
    EXPECT_FALSE(PatternDfa::Compile(pattern)) << pattern;
  }
}

TEST(PatternDfa, TakesTheTextsOfBoth) {
  const auto both = PatternDfa::Both(*PatternDfa::Compile("^[a-d]*$"), *PatternDfa::Compile("b.d|^$"));
  ASSERT_TRUE(both);
  for (const std::string text : {"", "bad", "abcd"}) EXPECT_TRUE(Takes(*both, text)) << text;
  for (const std::string text : {"a", "bed", "bd"}) EXPECT_FALSE(Takes(*both, text)) << text;
  const auto none = PatternDfa::Both(*PatternDfa::Compile("^a$"), *PatternDfa::Compile("^b$"));
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->empty());
}

TEST(PatternDfa, KnowsTheLengthsThatCanStillBeReached) {
  const auto dfa = PatternDfa::Compile("^x(abc)*y$");
  ASSERT_TRUE(dfa);
  const auto lengths = PatternLengths::Of(*dfa, 4, 9);
  ASSERT_TRUE(lengths);
  EXPECT_TRUE(lengths->Reaches(0, 0));
  const uint32_t behind_xa = dfa->Next(dfa->Next(0, 'x'), 'a');  // 3, 6, 9, ... characters are missing
  EXPECT_TRUE(lengths->Reaches(behind_xa, 2));
  EXPECT_TRUE(lengths->Reaches(behind_xa, 6));
  EXPECT_FALSE(lengths->Reaches(behind_xa, 7));
  EXPECT_FALSE(PatternLengths::Of(*dfa, 0, 2'000'000)) << "too large a table";
}

TEST(FormatPattern, WritesOnlyWhatHasTheFormat) {
  std::mt19937 random(2);
  for (const char* name :
       {"date", "time", "date-time", "duration", "email", "idn-email", "hostname", "ipv4", "ipv6", "uri",
        "uri-reference", "iri", "iri-reference", "uri-template", "uuid", "json-pointer", "relative-json-pointer"}) {
    const auto format = text::FindFormat(name);
    ASSERT_TRUE(format) << name;
    const FormatPattern pattern = PatternOf(*format);
    ASSERT_FALSE(pattern.expressions.empty()) << name;
    std::optional<PatternDfa> dfa = PatternDfa::Compile(pattern.expressions.front());
    ASSERT_TRUE(dfa) << name;
    for (size_t i = 1; i < pattern.expressions.size(); ++i) {
      dfa = PatternDfa::Both(*dfa, *PatternDfa::Compile(pattern.expressions[i]));
      ASSERT_TRUE(dfa) << name;
    }
    int written = 0;
    for (int n = 0; n < 500; ++n) {
      const std::string text = Write(*dfa, random);
      if (text.empty() || text::CountCodePoints(text) > pattern.length_max) continue;
      EXPECT_TRUE(text::HasFormat(*format, text)) << name << ": " << text;
      ++written;
    }
    EXPECT_GT(written, 200) << name;
  }
}

TEST(FormatPattern, LetsUsualTextsBeWritten) {
  const std::pair<const char*, const char*> texts[] = {
      {"date", "2024-02-29"},          {"date-time", "2024-12-31T23:59:59.123+09:00"},
      {"time", "00:00:00Z"},           {"duration", "P1Y6M"},
      {"duration", "PT36H"},           {"email", "first.last+tag@mail.example.co.jp"},
      {"hostname", "a-b.example.com"}, {"ipv4", "255.0.10.1"},
      {"ipv6", "2001:db8::ff00:42"},   {"ipv6", "::1"},
      {"ipv6", "1:2:3:4:5:6:7:8"},     {"uri", "https://example.org:8080/a/b?c=d&e=%20#f"},
      {"uri", "mailto:a@example.org"}, {"uri-reference", "../a?b#c"},
      {"iri", "https://例え.jp/道"},   {"uuid", "123e4567-e89b-12d3-a456-426614174000"},
      {"json-pointer", "/a~1b/0"},     {"uri-template", "https://example.org/{id}"}};
  for (const auto& [name, text] : texts) {
    for (const auto& expression : PatternOf(*text::FindFormat(name)).expressions) {
      const auto dfa = PatternDfa::Compile(expression);
      ASSERT_TRUE(dfa) << name;
      EXPECT_TRUE(Takes(*dfa, text)) << name << ": " << text;
    }
  }
}

}  // namespace
}  // namespace yk::constrain
