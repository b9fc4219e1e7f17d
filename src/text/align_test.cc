// SPDX-License-Identifier: Apache-2.0
#include "text/align.h"

#include <gtest/gtest.h>

#include <cctype>
#include <random>
#include <string>

#include "text/utf8.h"

namespace yk::text {
namespace {

std::string At(std::string_view text, const std::optional<Alignment>& a) {
  return a ? std::string(text.substr(a->bytes.begin, a->bytes.size())) : "(nothing)";
}

TEST(Aligner, FindsExactQuotesInCodePoints) {
  const std::string text = "甲は乙に対し、金1,000円を支払う。";
  const auto found = Aligner(text).Find("金1,000円");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->how, Alignment::How::kExact);
  EXPECT_EQ(found->code_points, (Range{7, 14}));
  EXPECT_EQ(At(text, found), "金1,000円");
}

TEST(Aligner, FindsThroughWidthSpaceCaseAndHyphenation) {
  const std::string text = "The Agree-\nment shall   TERMINATE on “Closing”. 第３条　秘密\n保持";
  const Aligner aligner(text);
  EXPECT_EQ(At(text, aligner.Find("agreement shall terminate on \"closing\"")),
            "Agree-\nment shall   TERMINATE on “Closing”");
  EXPECT_EQ(At(text, aligner.Find("第3条 秘密保持")), "第３条　秘密\n保持");
  EXPECT_EQ(aligner.Find("第3条 秘密保持")->how, Alignment::How::kAligned);
}

TEST(Aligner, PrefersWholeWords) {
  const std::string text = "Inclusive terms of ABC Inc apply; Inc.";
  EXPECT_EQ(Aligner(text).Find("Inc")->bytes.begin, text.find("Inc apply"));
}

TEST(Aligner, TakesThePlaceNearestToTheHint) {
  const std::string text = "Seller pays. Buyer pays. Seller pays.";
  const size_t last = text.rfind("Seller");
  EXPECT_EQ(Aligner(text).Find("Seller pays")->bytes.begin, 0u);
  AlignOptions options;
  options.near = Range{last, last + 1};
  EXPECT_EQ(Aligner(text).Find("Seller pays", options)->bytes.begin, last);
}

TEST(Aligner, ToleratesMissingAndChangedWords) {
  const std::string text =
      "Preamble words here. The Supplier shall deliver all of the ordered goods to the Buyer within thirty days. The "
      "end of it.";
  const auto found = Aligner(text).Find("The Supplier shall deliver the ordered goods to Buyer within thirty days");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->how, Alignment::How::kAligned);
  EXPECT_EQ(At(text, found), "The Supplier shall deliver all of the ordered goods to the Buyer within thirty days");
}

TEST(Aligner, RefusesWhatIsNotThere) {
  const std::string text = "The Supplier shall deliver the goods to the Buyer. 甲は乙に目的物を引き渡す。";
  const Aligner aligner(text);
  EXPECT_FALSE(aligner.Find("The customer must indemnify the vendor against losses"));
  EXPECT_FALSE(aligner.Find("損害賠償の額は金百万円とする"));
  EXPECT_FALSE(aligner.Find(" 　\n"));
  EXPECT_FALSE(aligner.Find(""));
  EXPECT_FALSE(Aligner("").Find("x"));
  EXPECT_FALSE(aligner.Find("goods of the and to"));
}

/// A text of made-up sentences in both languages; words repeat, as they do in contracts.
std::string Source(std::mt19937& random, size_t bytes) {
  static const char* const kWords[] = {"the",         "seller",      "buyer",   "shall",     "agreement",
                                       "pursuant",    "to",          "section", "deliver",   "goods",
                                       "notice",      "termination", "of",      "any",       "confidential",
                                       "information", "party",       "which",   "liability", "hereunder"};
  static const char* const kKanji[] = {"甲", "乙",   "契約", "解除", "損害", "賠償", "通知", "期間", "に対し", "は",
                                       "を", "する", "した", "場合", "秘密", "情報", "支払", "本件", "業務",   "委託"};
  std::string text;
  while (text.size() < bytes) {
    const bool english = random() % 2;
    for (size_t i = 6 + random() % 20; i-- > 0;) {
      if (english)
        text += std::string(kWords[random() % std::size(kWords)]) + (i ? " " : ". ");
      else
        text += std::string(kKanji[random() % std::size(kKanji)]) + (i ? "" : "。");
      if (random() % 15 == 0) text += std::to_string(random() % 1000) + (english ? " " : "");
    }
    if (random() % 4 == 0) text += "\n";
  }
  return text;
}

bool IsLetter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

std::string Perturbed(std::string_view span, std::mt19937& random) {
  std::string out;
  for (size_t pos = 0; pos < span.size();) {
    const char32_t c = NextCodePoint(span, &pos);
    if (c == ' ' && random() % 6 == 0)
      out += random() % 2 ? "\n" : "   ";
    else if (c > 0x20 && c < 0x7F && random() % 12 == 0)
      AppendUtf8(c + 0xFEE0, &out);
    else if (c == ' ' || c == '\n')
      out += ' ';
    else
      AppendUtf8(c, &out);
    if (c > 0x3000 && random() % 12 == 0) out += random() % 2 ? "\n" : "　";
    if (c >= 'a' && c <= 'z' && pos < span.size() && span[pos] >= 'a' && span[pos] <= 'z' && random() % 30 == 0)
      out += "-\n";
  }
  return out;
}

TEST(Aligner, FindsPerturbedSpansOfALongText) {
  std::mt19937 random(5);
  const std::string text = Source(random, 300'000);
  const Aligner aligner(text);
  const CodePointIndex index(text);
  int found_right = 0;
  constexpr int kRounds = 400;
  for (int i = 0; i < kRounds; ++i) {
    const size_t from = random() % (index.size() - 200);
    Range span = index.ToBytes({from, from + 30 + random() % 120});
    while (span.begin > 0 && IsLetter(text[span.begin]) && IsLetter(text[span.begin - 1])) --span.begin;
    while (span.end < text.size() && IsLetter(text[span.end]) && IsLetter(text[span.end - 1])) ++span.end;
    while (text[span.begin] == ' ' || text[span.begin] == '\n') ++span.begin;
    while (text[span.end - 1] == ' ' || text[span.end - 1] == '\n') --span.end;
    const auto found = aligner.Find(Perturbed(std::string_view(text).substr(span.begin, span.size()), random));
    found_right += found && found->bytes == span;
  }
  EXPECT_GE(found_right, kRounds * 98 / 100);
}

TEST(Aligner, FindsSpansWithWordsLeftOut) {
  std::mt19937 random(6);
  const std::string text = Source(random, 200'000);
  const Aligner aligner(text);
  const CodePointIndex index(text);
  int overlapping = 0;
  constexpr int kRounds = 200;
  for (int i = 0; i < kRounds; ++i) {
    const size_t from = random() % (index.size() - 400);
    const Range span = index.ToBytes({from, from + 150 + random() % 100});
    std::string quote;
    for (size_t pos = span.begin; pos < span.end;) {
      const size_t begin = pos;
      const char32_t c = NextCodePoint(text, &pos);
      if (c > 0x3000 && random() % 25 == 0) continue;
      if (c == ' ' && random() % 15 == 0) quote += " extra ";
      quote.append(text, begin, pos - begin);
    }
    const auto found = aligner.Find(quote);
    if (!found) continue;
    const size_t low = std::max(found->bytes.begin, span.begin);
    const size_t high = std::min(found->bytes.end, span.end);
    overlapping += high > low && (high - low) * 10 > span.size() * 8;
  }
  EXPECT_GE(overlapping, kRounds * 98 / 100);
}

TEST(Aligner, StaysQuickOnHostileTexts) {
  for (const char* unit : {"a", "a ", "約", "約款", "the the "}) {
    std::string text;
    while (text.size() < 1'000'000) text += unit;
    const Aligner aligner(text);
    EXPECT_TRUE(aligner.Find(text.substr(0, 3 * 100)));
    std::string other;
    for (int i = 0; i < 2000; ++i) other += i % 3 ? unit : "zebra 猫";
    aligner.Find(other);
  }
}

}  // namespace
}  // namespace yk::text
