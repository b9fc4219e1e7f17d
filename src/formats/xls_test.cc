// SPDX-License-Identifier: Apache-2.0
#include "formats/xls.h"

#include <gmock/gmock.h>

#include <cstring>
#include <random>

#include "formats/memory_file.h"
#include "formats/ole_container.h"
#include "formats/read_file.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::CellType;
using reader::Reason;

std::string Bytes(uint64_t value, int width) {
  std::string out;
  for (int i = 0; i < width; ++i) out += static_cast<char>(i < 8 ? value >> (8 * i) & 0xFF : 0);
  return out;
}

std::string Record(int type, const std::string& body) {
  return Bytes(static_cast<uint64_t>(type), 2) + Bytes(body.size(), 2) + body;
}

std::string Double(double value) {
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return Bytes(bits, 8);
}

std::string Bof(int type) {
  return Record(0x0809, Bytes(0x0600, 2) + Bytes(static_cast<uint64_t>(type), 2) + std::string(12, '\0'));
}

/// A workbook stream of three sheets: "Data", the hidden "Secret", and a chart.
std::string WorkbookStream(bool locked) {
  const std::string data =
      Bof(0x10) + Record(0x0200, Bytes(0, 4) + Bytes(3, 4) + Bytes(0, 2) + Bytes(3, 2) + Bytes(0, 2)) +
      Record(0x00FD, Bytes(0, 2) + Bytes(0, 2) + Bytes(0, 2) + Bytes(0, 4)) +
      Record(0x0203, Bytes(0, 2) + Bytes(2, 2) + Bytes(0, 2) + Double(1.5)) +
      Record(0x0203, Bytes(1, 2) + Bytes(2, 2) + Bytes(1, 2) + Double(40423)) +
      Record(0x00E5, Bytes(1, 2) + Bytes(0, 2) + Bytes(1, 2) + Bytes(0, 2) + Bytes(1, 2)) + Record(0x000A, "");
  const std::string empty = Bof(0x10) + Record(0x0200, Bytes(0, 14)) + Record(0x000A, "");
  const std::string chart = Bof(0x20) + Record(0x000A, "");
  const auto xf = [](int format) {
    return Record(0x00E0, Bytes(0, 2) + Bytes(static_cast<uint64_t>(format), 2) + std::string(16, '\0'));
  };
  const auto bound = [](size_t at, int state, int type, const std::string& name) {
    return Record(0x0085, Bytes(at, 4) + Bytes(static_cast<uint64_t>(state), 1) +
                              Bytes(static_cast<uint64_t>(type), 1) + Bytes(name.size(), 1) + Bytes(0, 1) + name);
  };
  const std::string sst = Record(0x00FC, Bytes(1, 4) + Bytes(1, 4) + Bytes(4, 2) + Bytes(0, 1) + "text");
  const auto globals = [&](size_t first) {
    return Bof(5) + (locked ? Record(0x002F, Bytes(1, 2) + std::string(52, '\0')) : "") +
           Record(0x0042, Bytes(0x04B0, 2)) + xf(0) + xf(14) + bound(first, 0, 0, "Data") +
           bound(first + data.size(), 1, 0, "Secret") + bound(first + data.size() + empty.size(), 0, 2, "Chart") + sst +
           Record(0x000A, "");
  };
  std::string stream = globals(globals(0).size()) + data + empty + chart;
  if (stream.size() < 4096) stream.resize(4096, '\0');
  return stream;
}

/// A sheet of these records behind a list of cell styles and formats.
std::string BookOf(const std::string& records, const std::vector<int>& styles, const std::string& globals = "") {
  const std::string sheet = Bof(0x10) +
                            Record(0x0200, Bytes(0, 4) + Bytes(9, 4) + Bytes(0, 2) + Bytes(9, 2) + Bytes(0, 2)) +
                            records + Record(0x000A, "");
  std::string xfs;
  for (const int format : styles)
    xfs += Record(0x00E0, Bytes(0, 2) + Bytes(static_cast<uint64_t>(format), 2) + std::string(16, '\0'));
  const auto head = [&](size_t at) {
    return Bof(5) + Record(0x0042, Bytes(0x04B0, 2)) + globals + xfs +
           Record(0x0085, Bytes(at, 4) + Bytes(0, 2) + Bytes(1, 1) + Bytes(0, 1) + "S") + Record(0x000A, "");
  };
  std::string stream = head(head(0).size()) + sheet;
  if (stream.size() < 4096) stream.resize(4096, '\0');
  return stream;
}

std::string Place(uint64_t row, uint64_t col, uint64_t style) {
  return Bytes(row, 2) + Bytes(col, 2) + Bytes(style, 2);
}

std::string Formula(uint64_t row, const std::string& result) {
  return Record(0x0006, Place(row, 0, 0) + result + std::string(8, '\0'));
}

std::string DirectoryEntry(const std::string& name, int type, uint32_t start, size_t size) {
  std::string out;
  for (const char c : name) out += Bytes(static_cast<unsigned char>(c), 2);
  out.resize(64, '\0');
  out += Bytes((name.size() + 1) * 2, 2) + Bytes(static_cast<uint64_t>(type), 1) + Bytes(1, 1);
  out += Bytes(0xFFFFFFFF, 4) + Bytes(0xFFFFFFFF, 4) + Bytes(type == 5 ? 1 : 0xFFFFFFFF, 4) + std::string(36, '\0');
  return out + Bytes(start, 4) + Bytes(size, 8);
}

/// Header, one sector of table, one of directory, then the stream.
std::string MakeOle(const std::string& stream, const std::string& name = "Workbook") {
  const size_t sectors = (stream.size() + 511) / 512;
  std::string header = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(16, '\0') + Bytes(0x3E, 2) + Bytes(3, 2) +
                       Bytes(0xFFFE, 2) + Bytes(9, 2) + Bytes(6, 2) + std::string(10, '\0') + Bytes(1, 4) +
                       Bytes(1, 4) + Bytes(0, 4) + Bytes(4096, 4) + Bytes(0xFFFFFFFE, 4) + Bytes(0, 4) +
                       Bytes(0xFFFFFFFE, 4) + Bytes(0, 4) + Bytes(0, 4);
  while (header.size() < 512) header += '\xFF';
  std::string table = Bytes(0xFFFFFFFD, 4) + Bytes(0xFFFFFFFE, 4);
  for (size_t i = 0; i < sectors; ++i) table += Bytes(i + 1 == sectors ? 0xFFFFFFFE : i + 3, 4);
  while (table.size() < 512) table += '\xFF';
  std::string directory = DirectoryEntry("Root Entry", 5, 0xFFFFFFFE, 0) + DirectoryEntry(name, 2, 2, stream.size());
  directory.resize(512, '\0');
  std::string content = stream;
  content.resize(sectors * 512, '\0');
  return header + table + directory + content;
}

Result<reader::ReadAnswer> Read(const std::string& bytes) {
  reader::ReadRequest request;
  request.name = "a.xls";
  request.options.want.tables = true;
  return ReadContent(request, bytes);
}

TEST(XlsTest, ValuesDatesMergedCellsAndHiddenSheetsAreRead) {
  const auto answer = Read(MakeOle(WorkbookStream(false)));
  ASSERT_TRUE(answer) << answer.error().ToString();
  const auto& tables = answer->document.tables;
  ASSERT_EQ(tables.size(), 2u);
  EXPECT_EQ(tables[0].name, "Data");
  EXPECT_FALSE(tables[0].hidden);
  EXPECT_EQ(tables[1].name, "Secret");
  EXPECT_TRUE(tables[1].hidden);
  ASSERT_EQ(tables[0].cells.size(), 3u);
  EXPECT_EQ(tables[0].cells[0].text, "text");
  EXPECT_EQ(tables[0].cells[0].col_span, 2);
  EXPECT_EQ(tables[0].cells[1].value, "1.5");
  EXPECT_EQ(tables[0].cells[2].type, CellType::kDate);
  EXPECT_EQ(tables[0].cells[2].value, "2010-09-02");
}

std::vector<std::string> Shown(const std::string& stream) {
  const auto answer = Read(MakeOle(stream));
  EXPECT_TRUE(answer) << answer.error().ToString();
  std::vector<std::string> out;
  if (!answer) return out;
  for (const reader::Cell& cell : answer->document.tables.at(0).cells) {
    out.push_back(fmt::format("{} {} {} {}", reader::CellName(cell.row, cell.col), reader::CellTypeName(cell.type),
                              cell.text, cell.value));
  }
  return out;
}

TEST(XlsTest, ResultsOfFormulasBooleansAndErrorsAreRead) {
  const auto special = [](uint64_t kind, uint64_t value) {
    return Bytes(kind, 1) + Bytes(0, 1) + Bytes(value, 1) + Bytes(0, 3) + Bytes(0xFFFF, 2);
  };
  const std::string wide("\x42\x30\n\0", 4);  // "あ", line feed
  EXPECT_THAT(Shown(BookOf(Formula(0, Double(4.5)) + Formula(1, special(0, 0)) + Record(0x04BC, std::string(20, '\1')) +
                               Record(0x0207, Bytes(5, 2) + Bytes(1, 1) + wide) + Record(0x003C, Bytes(0, 1) + "b c") +
                               Formula(2, special(1, 1)) + Formula(3, special(2, 0x2A)) + Formula(4, special(3, 0)) +
                               Record(0x0205, Place(5, 0, 0) + Bytes(0, 2)) +
                               Record(0x0205, Place(6, 0, 0) + Bytes(7, 1) + Bytes(1, 1)),
                           {0})),
              testing::ElementsAre("A1 number 4.5 4.5", "A2 text あ\nb c ", "A3 bool TRUE true", "A4 error #N/A #N/A",
                                   "A6 bool FALSE false", "A7 error #DIV/0! #DIV/0!"));
}

TEST(XlsTest, NumbersAreShownByTheFormatsOfTheirCells) {
  const std::string code = "[h]:mm";
  const std::string format = Record(0x041E, Bytes(164, 2) + Bytes(code.size(), 2) + Bytes(0, 1) + code);
  const auto number = [](uint64_t row, uint64_t style, double value) {
    return Record(0x0203, Place(row, 0, style) + Double(value));
  };
  const std::string packed = Record(0x00BD, Bytes(3, 2) + Bytes(0, 2) + Bytes(0, 2) + Bytes(123456 << 2 | 3, 4) +
                                                Bytes(0, 2) + Bytes(7 << 2 | 2, 4) + Bytes(1, 2));
  EXPECT_THAT(Shown(BookOf(number(0, 1, 1.5) + number(1, 2, 40422.9999999) + number(2, 3, 1234.5) + packed,
                           {0, 164, 22, 3}, format)),
              testing::ElementsAre("A1 date 36:00 PT36H0M0S", "A2 date 2010-09-02 00:00 2010-09-02T00:00:00",
                                   "A3 number 1,235 1234.5", "A4 number 1234.56 1234.56", "B4 number 7 7"));
  EXPECT_THAT(Shown(BookOf(number(0, 1, 1), {0, 14}, Record(0x0022, Bytes(1, 2)))),
              testing::ElementsAre("A1 date 1904-01-02 1904-01-02"));
}

TEST(XlsTest, AWorkbookUnderAPasswordSaysSo) {
  const auto answer = Read(MakeOle(WorkbookStream(true)));
  ASSERT_FALSE(answer);
  EXPECT_EQ(reader::ReasonOf(answer.error()), Reason::kEncrypted) << answer.error().ToString();
}

TEST(XlsTest, OnlyWorkbooksAreTakenForWorkbooks) {
  EXPECT_TRUE(IsXls(MakeOle(WorkbookStream(false))));
  EXPECT_FALSE(IsXls(MakeOle(WorkbookStream(false), "WordDocument")));
  EXPECT_FALSE(IsXls("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"));
}

TEST(XlsTest, DamagedWorkbooksEndWithAReason) {
  const std::string good = MakeOle(WorkbookStream(false));
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    std::string bad = good;
    for (unsigned flips = 1 + random() % 5; flips > 0; --flips)
      bad[random() % bad.size()] = static_cast<char>(random());
    if (round % 5 == 0) bad.resize(random() % bad.size() + 1);
    const auto answer = Read(bad);
    EXPECT_TRUE(answer || reader::ReasonOf(answer.error()).has_value()) << round;
  }
}

TEST(OleContainerTest, StreamsAreFollowedThroughTheTableAndCirclesEnd) {
  const std::string stream = WorkbookStream(false);
  std::string bytes = MakeOle(stream);
  EXPECT_EQ(ReadOleStream(bytes, u"Workbook"), stream);
  EXPECT_EQ(ReadOleStream(bytes, u"Book"), "");
  bytes.replace(512 + 8, 4, Bytes(2, 4));  // the stream's first sector leads to itself
  EXPECT_EQ(ReadOleStream(bytes, u"Workbook").size(), stream.size());
  EXPECT_EQ(ReadOleStream(bytes.substr(0, 700), u"Workbook"), "");
}

TEST(MemoryFileTest, AContentIsAFileUntilItIsLetGo) {
  std::string path;
  {
    const auto file = MemoryFile::Hold("first content");
    ASSERT_TRUE(file);
    path = file->path();
    char buffer[32] = {};
    FILE* opened = std::fopen(path.c_str(), "rb");
    ASSERT_NE(opened, nullptr);
    ASSERT_EQ(std::fread(buffer, 1, 13, opened), 13u);
    std::fclose(opened);
    EXPECT_STREQ(buffer, "first content");
  }
  const auto file = MemoryFile::Hold("2");
  ASSERT_TRUE(file);
  char buffer[32] = {};
  FILE* opened = std::fopen(file->path().c_str(), "rb");
  ASSERT_NE(opened, nullptr);
  ASSERT_EQ(std::fread(buffer, 1, 13, opened), 13u);
  std::fclose(opened);
  EXPECT_STREQ(buffer, "2");
  EXPECT_FALSE(MemoryFile::Hold(""));
}

}  // namespace
}  // namespace yk::formats
