// SPDX-License-Identifier: Apache-2.0
#include "sources/table_source.h"

#include <gmock/gmock.h>

#include "base/json.h"
#include "sources/source_factory.h"
#include "testing/temp_dir.h"

namespace yk::sources {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Bytes(uint64_t value, int width) {
  std::string out;
  for (int i = 0; i < width; ++i, value = i < 8 ? value >> 8 : 0) out += static_cast<char>(value & 0xFF);
  return out;
}

uint32_t Crc(std::string_view bytes) {
  uint32_t crc = 0xFFFFFFFF;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
  }
  return ~crc;
}

/// A zip archive without compression.
std::string MakeZip(const std::vector<std::pair<std::string, std::string>>& parts) {
  std::string out;
  std::string directory;
  for (const auto& [name, content] : parts) {
    const std::string common = Bytes(20, 2) + Bytes(0, 4) + Bytes(0, 4) + Bytes(Crc(content), 4) +
                               Bytes(content.size(), 4) + Bytes(content.size(), 4) + Bytes(name.size(), 2) +
                               Bytes(0, 2);
    directory += "PK\x01\x02" + Bytes(20, 2) + common + Bytes(0, 10) + Bytes(out.size(), 4) + name;
    out += "PK\x03\x04" + common + name + content;
  }
  return out + directory + "PK\x05\x06" + Bytes(0, 4) + Bytes(parts.size(), 2) + Bytes(parts.size(), 2) +
         Bytes(directory.size(), 4) + Bytes(out.size(), 4) + Bytes(0, 2);
}

struct SheetText {
  std::string name;
  std::vector<std::vector<std::string>> rows;  ///< what looks like a number is one
  bool hidden = false;
};

std::string MakeWorkbook(const std::vector<SheetText>& sheets) {
  std::string list;
  std::string relations;
  std::vector<std::pair<std::string, std::string>> parts;
  for (size_t i = 0; i < sheets.size(); ++i) {
    list += fmt::format("<sheet name=\"{}\" {} r:id=\"r{}\"/>", sheets[i].name,
                        sheets[i].hidden ? "state=\"hidden\"" : "", i);
    relations += fmt::format("<Relationship Id=\"r{0}\" Type=\"t/worksheet\" Target=\"worksheets/s{0}.xml\"/>", i);
    std::string xml = "<worksheet><sheetData>";
    for (const auto& row : sheets[i].rows) {
      xml += "<row>";
      for (const std::string& cell : row) {
        const bool number = !cell.empty() && cell.find_first_not_of("0123456789.") == std::string::npos;
        xml += number ? "<c><v>" + cell + "</v></c>" : "<c t=\"inlineStr\"><is><t>" + cell + "</t></is></c>";
      }
      xml += "</row>";
    }
    parts.push_back({fmt::format("xl/worksheets/s{}.xml", i), xml + "</sheetData></worksheet>"});
  }
  parts.push_back({"xl/workbook.xml", "<workbook xmlns:r=\"r\"><sheets>" + list + "</sheets></workbook>"});
  parts.push_back({"xl/_rels/workbook.xml.rels", "<Relationships>" + relations + "</Relationships>"});
  return MakeZip(parts);
}

class TableSourceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto readers = reader::ReaderPool::Open();
    ASSERT_TRUE(readers) << readers.error().ToString();
    readers_ = std::move(*readers);
  }
  std::unique_ptr<pipeline::Source> Make(const std::string& spec) {
    SourceContext context;
    context.base_dir = dir_.path();
    context.readers = readers_.get();
    auto source = MakeSource(*ParseJson(spec), context);
    EXPECT_TRUE(source) << source.error().ToString();
    return std::move(*source);
  }
  std::vector<std::string> All(pipeline::Source& source) {
    const auto manifest = source.Manifest();
    EXPECT_TRUE(manifest) << manifest.error().ToString();
    std::vector<std::string> all;
    for (auto some = source.Next(2); some && !some->empty(); some = source.Next(2))
      all.insert(all.end(), some->begin(), some->end());
    return all;
  }
  /// The fields of each row, or what is wrong with it.
  std::vector<std::string> Rows(const std::string& spec) {
    const auto source = Make(spec);
    std::vector<std::string> out;
    for (const std::string& payload : All(*source)) {
      const auto row = source->Load(1, payload);
      out.push_back(row ? DumpJson(row->fields) : row.error().ToString());
    }
    return out;
  }
  testing::TempDir dir_;
  std::unique_ptr<reader::ReaderPool> readers_;
};

TEST_F(TableSourceTest, EverySheetIsARowWithItsTable) {
  dir_.Write(
      "b.xlsx",
      MakeWorkbook({{"One", {{"k", "v"}, {"a", "1"}}}, {"Secret", {{"x"}}, true}, {"Empty", {}}, {"三", {{"甲"}}}}));
  const auto source = Make(R"({"files":"b.xlsx","as":"table"})");
  const auto payloads = All(*source);
  EXPECT_THAT(source->Columns(), ElementsAre("table", "sheet"));
  ASSERT_EQ(payloads.size(), 2u);
  EXPECT_THAT(payloads[1], AllOf(HasSubstr(R"("file":"b.xlsx")"), HasSubstr(R"("table":0)"), HasSubstr(R"("page":4)")));
  const auto row = source->Load(3, payloads[1]);
  ASSERT_TRUE(row) << row.error().ToString();
  EXPECT_EQ(DumpJson(row->fields), R"({"table":4,"sheet":"三"})");
  EXPECT_EQ(row->page, 4);
  ASSERT_NE(row->document, nullptr);
  EXPECT_EQ(row->document->text, "甲\n");
  EXPECT_EQ(row->document->file, "b.xlsx");
  ASSERT_EQ(row->document->tables.size(), 1u);
  EXPECT_EQ(row->document->PageOf(0), 4);
}

TEST_F(TableSourceTest, TablesInsideAnArchiveAreNamedByTheirPathInIt) {
  const std::string book = MakeWorkbook({{"S", {{"name", "price"}, {"pen", "1.5"}}}});
  const std::string list = "name,price\nink,20\n" + std::string(9000, 'x') + ",1\n";
  dir_.Write("all.zip", MakeZip({{"2023/b.xlsx", book}, {"list.csv", list}, {"note.txt", "no table"}}));
  const auto source = Make(R"({"files":"all.zip","as":"row"})");
  const auto payloads = All(*source);
  ASSERT_EQ(payloads.size(), 4u);
  std::vector<std::string> rows;
  for (size_t i = 0; i < 3; ++i) {
    const auto row = source->Load(static_cast<int64_t>(i), payloads[i]);
    ASSERT_TRUE(row) << row.error().ToString();
    rows.push_back(row->file + " " + DumpJson(row->fields).substr(0, 30));
  }
  EXPECT_THAT(rows, ElementsAre(R"(all.zip/2023/b.xlsx {"name":"pen","price":1.5})",
                                R"(all.zip/list.csv {"name":"ink","price":"20"})",
                                R"(all.zip/list.csv {"name":"xxxxxxxxxxxxxxxxxxxxx)"))
      << "the last one is too long to be kept and is read again";
  const auto none = source->Load(3, payloads[3]);
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().ToString(), HasSubstr("all.zip/note.txt: there is no table"));
  const auto tables = Make(R"({"files":"all.zip","as":"table"})");
  const auto first = tables->Load(0, All(*tables)[0]);
  ASSERT_TRUE(first) << first.error().ToString();
  EXPECT_EQ(first->file, "all.zip/2023/b.xlsx");
  EXPECT_EQ(first->document->file, "all.zip/2023/b.xlsx");
}

TEST_F(TableSourceTest, RowsBelowTheHeaderAreRowsWithTypes) {
  dir_.Write("b.xlsx", MakeWorkbook({{"S", {{"name", "price"}, {"pen", "1.5"}, {"ink", "20"}}}}));
  EXPECT_THAT(Rows(R"({"files":"b.xlsx","as":"row"})"),
              ElementsAre(R"({"name":"pen","price":1.5})", R"({"name":"ink","price":20})"));
  const auto source = Make(R"({"xlsx":"b.xlsx"})");
  EXPECT_THAT(All(*source)[1], HasSubstr(R"("sheet":"S","row":3)"));
  EXPECT_THAT(source->Columns(), ElementsAre("name", "price"));
  EXPECT_THAT(Rows(R"({"xlsx":"b.xlsx","skip_rows":1,"header_rows":0})"),
              ElementsAre(R"({"A":"pen","B":1.5})", R"({"A":"ink","B":20})"));
}

TEST_F(TableSourceTest, SheetsAreChosenByNameOrPattern) {
  dir_.Write("b.xlsx", MakeWorkbook({{"2023", {{"a"}, {"1"}}},
                                     {"2024", {{"a"}, {"2"}}},
                                     {"notes", {{"a"}, {"3"}}},
                                     {"2025", {{"a"}, {"4"}}, true}}));
  EXPECT_THAT(Rows(R"({"xlsx":"b.xlsx","sheet":"20*"})"), ElementsAre(R"({"a":1})", R"({"a":2})"));
  EXPECT_THAT(Rows(R"({"xlsx":"b.xlsx","sheet":["notes","2025"]})"), ElementsAre(R"({"a":3})", R"({"a":4})"));
  const auto manifest = Make(R"({"xlsx":"b.xlsx","sheet":"2026"})")->Manifest();
  ASSERT_FALSE(manifest);
  EXPECT_THAT(manifest.error().ToString(),
              HasSubstr("b.xlsx has no sheet '2026'; its sheets are '2023', '2024', 'notes', '2025'"));
  const auto beyond = Make(R"({"xlsx":"b.xlsx","skip_rows":9})")->Manifest();
  ASSERT_FALSE(beyond);
  EXPECT_THAT(beyond.error().ToString(), HasSubstr("b.xlsx: sheet '2023': skip_rows is 9"));
}

TEST_F(TableSourceTest, AFileWithoutATableIsARowThatFails) {
  dir_.Write("bad.xlsx", "PK\x03\x04 no archive");
  dir_.Write("empty.xlsx", MakeWorkbook({{"S", {}}}));
  dir_.Write("plain.txt", "no table here");
  EXPECT_THAT(Rows(R"({"files":["bad.xlsx","empty.xlsx","plain.txt"],"as":"table"})"),
              ElementsAre(HasSubstr("bad.xlsx: "), HasSubstr("empty.xlsx: there is no table"),
                          HasSubstr("plain.txt: there is no table")));
}

TEST_F(TableSourceTest, ALongRowIsKeptByItsPlaceAndNoticesThatTheFileChanged) {
  const std::string text(9000, 'x');
  dir_.Write("b.xlsx", MakeWorkbook({{"S", {{"k", "v"}, {"a", "short"}, {"b", text}}}}));
  const auto source = Make(R"({"xlsx":"b.xlsx"})");
  const auto payloads = All(*source);
  ASSERT_EQ(payloads.size(), 2u);
  EXPECT_LT(payloads[1].size(), 300u);
  const auto row = source->Load(1, payloads[1]);
  ASSERT_TRUE(row) << row.error().ToString();
  EXPECT_EQ(row->fields["v"], text);
  dir_.Write("b.xlsx", MakeWorkbook({{"S", {{"k", "v"}, {"a", "short"}, {"b", "other"}}}}));
  const auto later = Make(R"({"xlsx":"b.xlsx"})")->Load(1, payloads[1]);
  ASSERT_FALSE(later);
  EXPECT_THAT(later.error().ToString(), HasSubstr("b.xlsx: the file changed"));
}

TEST_F(TableSourceTest, AnInterruptedLoadGoesOnInTheMiddle) {
  dir_.Write("a.xlsx", MakeWorkbook({{"S", {{"n"}, {"1"}, {"2"}}}, {"T", {{"n"}, {"3"}}}}));
  dir_.Write("b.xlsx", MakeWorkbook({{"S", {{"n"}, {"4"}}}}));
  const auto source = Make(R"({"xlsx":"*.xlsx"})");
  const auto all = All(*source);
  ASSERT_EQ(all.size(), 4u);
  const auto again = Make(R"({"xlsx":"*.xlsx"})");
  ASSERT_TRUE(again->Manifest());
  ASSERT_TRUE(again->Skip(3));
  EXPECT_THAT(*again->Next(10), ElementsAre(all[3]));
  EXPECT_FALSE(again->Skip(1));
}

}  // namespace
}  // namespace yk::sources
