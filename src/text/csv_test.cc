// SPDX-License-Identifier: Apache-2.0
#include "text/csv.h"

#include <gmock/gmock.h>

#include <random>

namespace yk::text {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::vector<CsvRecord> Parse(std::string_view text) {
  auto records = ParseCsv(text);
  EXPECT_TRUE(records) << records.error().ToString();
  return std::move(records).value();
}

TEST(Csv, SplitsFieldsAndKeepsEmptyOnes) {
  const auto records = Parse("a,b,c\n1,,3\n,,\n");
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_THAT(records[1].fields, ElementsAre("1", "", "3"));
  EXPECT_THAT(records[2].fields, ElementsAre("", "", ""));
}

TEST(Csv, ReadsQuotedDelimitersQuotesAndLineEnds) {
  const auto records = Parse("id,text\r\n1,\"a, \"\"b\"\"\r\nc\"\r\n2,d\r\n");
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_EQ(records[1].fields[1], "a, \"b\"\r\nc");
  EXPECT_EQ(records[1].line, 2u);
  EXPECT_EQ(records[2].line, 4u) << "the line end inside the quoted field counts";
}

TEST(Csv, DropsTheByteOrderMarkAndSkipsEmptyLines) {
  const auto records = Parse("\xEF\xBB\xBFid\n\n\n7\n");
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].fields[0], "id");
  EXPECT_EQ(records[1].line, 4u);
}

TEST(Csv, TakesALoneCarriageReturnAsLineEnd) {
  const auto records = Parse("a\rb\rc");
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_EQ(records[2].fields[0], "c");
  EXPECT_EQ(records[2].line, 3u);
}

TEST(Csv, KeepsAQuoteInsideAnUnquotedField) {
  EXPECT_THAT(Parse("disk,5\" floppy\n")[0].fields, ElementsAre("disk", "5\" floppy"));
}

TEST(Csv, TextAfterAClosingQuoteIsAProblemOfThatRecordOnly) {
  const auto records = Parse("a\n\"x\"y,z\nb\n");
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_THAT(records[1].problem, HasSubstr("line 2"));
  EXPECT_EQ(records[2].problem, "");
}

TEST(Csv, NamesTheLineOfAQuoteThatNeverCloses) {
  const auto records = ParseCsv("a,b\n1,\"open\nand on\n");
  ASSERT_FALSE(records);
  EXPECT_THAT(records.error().message, HasSubstr("line 2"));
}

TEST(Csv, RefusesARecordThatGrowsBeyondTheBound) {
  const auto records = ParseCsv("a\n\"" + std::string(200, 'x'), {.record_bytes_max = 100});
  ASSERT_FALSE(records);
  EXPECT_EQ(records.error().code, Code::kExhausted);
}

TEST(Csv, GuessesTheDelimiter) {
  EXPECT_EQ(GuessCsvDelimiter("a;b;c\n1;2,5;3\n4;5,5;6\n"), ';');
  EXPECT_EQ(GuessCsvDelimiter("a\tb\n1\t2\n"), '\t');
  EXPECT_EQ(GuessCsvDelimiter("just one column\n"), ',');
  EXPECT_EQ(GuessCsvDelimiter("1,5;2,5;3,0\n4,5;5,5;6,0\n"), ';') << "decimal commas";
  EXPECT_EQ(GuessCsvDelimiter("1,5\t2,5\n4,5\t5,5\n"), '\t') << "decimal commas";
  EXPECT_EQ(GuessCsvDelimiter("Sales report\nall branches\na,b,c\n1,2,3\n4,5,6\n7,8,9\n"), ',') << "a title above";
  EXPECT_EQ(GuessCsvDelimiter("name,tags\nx,a;b\ny,a;b;c\nz,d\n"), ',') << "lists in a column";
}

TEST(Csv, WhatIsWrittenReadsBackAndPiecesDoNotMatter) {
  std::mt19937 random(7);
  const std::string alphabet[] = {",", "\"", "\n", "\r\n", "\r", " ", "a", "日", "\t", ""};
  std::uniform_int_distribution<size_t> pick(0, std::size(alphabet) - 1);
  std::uniform_int_distribution<size_t> length(0, 6);
  std::string text;
  std::vector<std::vector<std::string>> rows;
  for (int row = 0; row < 500; ++row) {
    auto& fields = rows.emplace_back(1 + length(random));
    for (auto& field : fields) {
      for (size_t n = length(random); n > 0; --n) field += alphabet[pick(random)];
    }
    text += CsvLine(fields, ',', row % 2 == 0 ? "\n" : "\r\n");
  }
  for (const size_t piece : {size_t{1}, size_t{2}, size_t{7}, text.size()}) {
    std::vector<std::vector<std::string>> read;
    CsvReader reader;
    const auto keep = [&](CsvRecord&& record) {
      EXPECT_EQ(record.problem, "");
      read.push_back(std::move(record.fields));
    };
    for (size_t at = 0; at < text.size(); at += piece) {
      ASSERT_TRUE(reader.Feed(std::string_view(text).substr(at, piece), keep));
    }
    ASSERT_TRUE(reader.Finish(keep));
    EXPECT_EQ(read, rows) << "pieces of " << piece;
  }
}

}  // namespace
}  // namespace yk::text
