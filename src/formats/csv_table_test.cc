// SPDX-License-Identifier: Apache-2.0
#include "formats/csv_table.h"

#include <gmock/gmock.h>

#include "formats/read_file.h"
#include "reader/reason.h"
#include "text/charset.h"

namespace yk::formats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

reader::Document Read(std::string_view bytes, const std::string& name = "a.csv") {
  reader::ReadRequest request;
  request.name = name;
  request.options.want.tables = true;
  auto answer = ReadContent(request, bytes);
  EXPECT_TRUE(answer) << answer.error().ToString();
  return answer ? std::move(answer->document) : reader::Document{};
}

TEST(CsvTableTest, FieldsBecomeCellsAsWritten) {
  const auto document = Read("id,name,amount\r\n1,\"Doe, Jane\",\"1.234,50\"\r\n\r\n2,,３\r\n");
  ASSERT_EQ(document.tables.size(), 1u);
  EXPECT_THAT(reader::Grid(document.tables[0]),
              ElementsAre(ElementsAre("id", "name", "amount"), ElementsAre("1", "Doe, Jane", "1.234,50"),
                          ElementsAre("2", "", "３")));
  EXPECT_EQ(document.tables[0].header_rows, 1);
  EXPECT_EQ(document.text, "id\tname\tamount\n1\tDoe, Jane\t1.234,50\n2\t\t３");
  EXPECT_EQ(document.MetadataValue("encoding"), "utf-8");
  EXPECT_EQ(document.mime, "text/csv");
}

TEST(CsvTableTest, CharsetAndDelimiterAreFound) {
  const std::string text = "都市;人口\n札幌;1,97\n仙台;1,09\n";
  for (const std::string charset : {"CP932", "EUC-JP", "UTF-8", "UTF-16LE"}) {
    const auto document = Read((charset == "UTF-16LE" ? "\xFF\xFE" : "") + *text::EncodeAs(text, charset));
    ASSERT_EQ(document.tables.size(), 1u) << charset;
    EXPECT_EQ(document.tables[0].cells[3].text, "1,97") << charset;
    EXPECT_EQ(document.MetadataValue("delimiter"), ";");
  }
  EXPECT_EQ(Read(*text::EncodeAs(text, "CP932")).MetadataValue("encoding"), "cp932");
  const auto tsv = Read("a\tb\n1,5\t2,5\n", "x.tsv");
  EXPECT_EQ(tsv.mime, "text/tab-separated-values");
  EXPECT_EQ(tsv.tables[0].cells[2].text, "1,5");
}

TEST(CsvTableTest, HeaderRowsAreCounted) {
  EXPECT_EQ(CountHeaderRows({{"a", "b"}, {"1", "x"}, {"2", "y"}}), 1);
  EXPECT_EQ(CountHeaderRows({{"1", "x"}, {"2", "y"}, {"3", "z"}}), 0);
  EXPECT_EQ(CountHeaderRows({{"Report"},
                             {"", "Men", "Men"},
                             {"Town", "2023", "2024"},
                             {"A", "10", "20"},
                             {"B", "11", "21"},
                             {"C", "12", "22"},
                             {"D", "13", "23"},
                             {"E", "1", "2"}}),
            3);
  EXPECT_EQ(CountHeaderRows({{"name", "town"}, {"Jane", "Bonn"}, {"Joe", "Ulm"}}), 1);
  EXPECT_EQ(CountHeaderRows({{"same", "same"}, {"Jane", "Bonn"}}), 0);
  EXPECT_EQ(CountHeaderRows({}), 0);
}

TEST(CsvTableTest, ARowOfDataWithTextsAmongItsValuesIsNotPartOfTheHeader) {
  EXPECT_EQ(CountHeaderRows({{"番号", "金額"}, {"1", "未定"}, {"2", "100"}, {"3", "200"}, {"4", "300"}}), 1);
  EXPECT_EQ(CountHeaderRows({{"id", "score", "rank"}, {"1", "-", "-"}, {"2", "50", "1"}}), 1);
  EXPECT_EQ(CountHeaderRows({{"id", "a", "b"}, {"1", "none", "open"}, {"2", "50", "1"}, {"3", "60", "2"}}), 1);
  EXPECT_EQ(CountHeaderRows({{"name", "list", "price"}, {"x", "1980", "2000"}, {"y", "500", "400"}, {"z", "5", "4"}}),
            1);
  EXPECT_EQ(CountHeaderRows({{"x", "year", "n"}, {"a", "2020", "open"}, {"b", "2021", "7"}, {"c", "2022", "8"}}), 1);
}

TEST(CsvTableTest, WhatStandsAboveTheNamesOfColumnsIsNoData) {
  EXPECT_EQ(CountHeaderRows({{"Report", "", ""},
                             {"made", "2024/1/5", "by hand"},
                             {"name", "price", "stock"},
                             {"x", "10", "1"},
                             {"y", "20", "2"},
                             {"z", "30", "3"}}),
            3);
  EXPECT_EQ(CountHeaderRows({{"", "people", "homes"}, {"", "2023", "2024"}, {"A", "10", "20"}, {"B", "1", "2"}}), 2);
  EXPECT_EQ(CountHeaderRows({{"item", "2020", "change"}, {"A", "10", "20"}, {"B", "1", "2"}}), 1);
}

TEST(CsvTableTest, AnOpenQuoteLosesNoRows) {
  const auto document = Read("a,b\n\"x,1\ny,2\n");
  EXPECT_THAT(reader::Grid(document.tables[0]),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("\"x", "1"), ElementsAre("y", "2")));
  ASSERT_EQ(document.notes.size(), 1u);
  EXPECT_THAT(document.notes[0], HasSubstr("never closed"));
}

TEST(CsvTableTest, LimitsEndWithASentence) {
  reader::ReadRequest request;
  request.name = "a.csv";
  request.options.limits.cells_max = 3;
  auto answer = ReadContent(request, "a,b\n1,2\n");
  ASSERT_FALSE(answer);
  EXPECT_EQ(reader::ReasonOf(answer.error()), reader::Reason::kResourceLimit);
  EXPECT_EQ(reader::ReasonOf(ReadContent(request, "\r\n\n").error()), reader::Reason::kNoText);
}

}  // namespace
}  // namespace yk::formats
