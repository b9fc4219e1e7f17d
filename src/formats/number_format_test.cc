// SPDX-License-Identifier: Apache-2.0
#include "formats/number_format.h"

#include <gmock/gmock.h>

namespace yk::formats {
namespace {

using reader::CellType;

std::string Text(std::string_view code, double number) { return NumberFormat(code).Show(number, false).text; }
std::string Value(std::string_view code, double number) {
  const auto shown = NumberFormat(code).Show(number, false);
  return std::string(reader::CellTypeName(shown.type)) + " " + shown.value;
}

TEST(NumberFormatTest, NumbersLookAsTheFormatSays) {
  EXPECT_EQ(Text("General", 19.600000000000001), "19.6");
  EXPECT_EQ(Text("", 0.1), "0.1");
  EXPECT_EQ(Text("0", 2.5), "3");
  EXPECT_EQ(Text("0.00", 2.675), "2.68");
  EXPECT_EQ(Text("0.00", -0.001), "0.00");
  EXPECT_EQ(Text("#,##0", 1234567), "1,234,567");
  EXPECT_EQ(Text("#,##0.00", -1234.5), "-1,234.50");
  EXPECT_EQ(Text("#,##0", 0), "0");
  EXPECT_EQ(Text("0.0##", 1.5), "1.5");
  EXPECT_EQ(Text("0.##", 3), "3");
  EXPECT_EQ(Text("#.##", 0.25), ".25");
  EXPECT_EQ(Text("0.00%", 0.1234), "12.34%");
  EXPECT_EQ(Text("00000", 42), "00042");
  EXPECT_EQ(Text("000-0000", 1500001), "150-0001");
  EXPECT_EQ(Text("#,##0,", 1234567), "1,235");
  EXPECT_EQ(Text("0.00E+00", 12345), "1.23E+04");
  EXPECT_EQ(Text("# ?/?", 0.5), "0.5");
  EXPECT_EQ(Text("@", 12), "12");
}

TEST(NumberFormatTest, SectionsAndLiteralsAreFollowed) {
  EXPECT_EQ(Text("#,##0_ ;[Red]\\-#,##0\\ ", -1200), "-1,200");
  EXPECT_EQ(Text("#,##0;(#,##0);\"-\"", -5), "(5)");
  EXPECT_EQ(Text("#,##0;(#,##0);\"-\"", 0), "-");
  EXPECT_EQ(Text("\"\u00A5\"#,##0", 300),
            "\u00A5"
            "300");
  EXPECT_EQ(Text("[$\u20AC-407]#,##0.00", 1),
            "\u20AC"
            "1.00");
  EXPECT_EQ(Text("General\"人\"", 12.5), "12.5人");
  EXPECT_EQ(Text("[<=100]0\"a\";0\"b\"", 50), "50a");
  EXPECT_EQ(Text("[<=100]0\"a\";0\"b\"", 500), "500b");
}

TEST(NumberFormatTest, GeneralShowsFifteenDigits) {
  EXPECT_EQ(Text("General", 0.1 + 0.2), "0.3");
  EXPECT_EQ(Value("General", 0.1 + 0.2), "number 0.30000000000000004");
  EXPECT_EQ(Text("General\"kg\"", 0.1 + 0.2), "0.3kg");
  EXPECT_EQ(Text("General", -1.0 / 3), "-0.333333333333333");
  EXPECT_EQ(Text("General", 9007199254740991), "9007199254740991");
}

TEST(NumberFormatTest, ASignIsNotLost) {
  EXPECT_EQ(Text("#,##0;;", -5), "");  // hidden
  EXPECT_EQ(Text(";;;", 5), "");
  EXPECT_EQ(Text("#,##0;;\"-\"", 0), "-");
  EXPECT_EQ(Text("# ?/?;-# ?/?", -1.5), "-1.5");
  EXPECT_EQ(Text("# ?/?;(# ?/?)", -1.5), "-1.5");
}

TEST(NumberFormatTest, BuiltinFormatsOfTheJapaneseEditionAreDates) {
  EXPECT_EQ(Text(NumberFormat::Builtin(55), 40423), "2010-09");
  EXPECT_EQ(Value(NumberFormat::Builtin(55), 40423), "date 2010-09-02");
  EXPECT_EQ(Text(NumberFormat::Builtin(56), 40423), "2010-09-02");
}

TEST(NumberFormatTest, DatesAreIsoWithWhatTheFormatShows) {
  EXPECT_EQ(Text("yyyy/m/d", 40423), "2010-09-02");
  EXPECT_EQ(Value("yyyy/m/d", 40423), "date 2010-09-02");
  EXPECT_EQ(Text("m/d/yy h:mm", 40423.354166666664), "2010-09-02 08:30");
  EXPECT_EQ(Value("m/d/yy h:mm", 40423.354166666664), "date 2010-09-02T08:30:00");
  EXPECT_EQ(Value("yyyy-mm-dd hh:mm:ss.000", 40423.50000289352), "date 2010-09-02T12:00:00.250");
  EXPECT_EQ(Text("mmm-yy", 40423), "2010-09");
  EXPECT_EQ(Text("yyyy", 40423), "2010");
  EXPECT_EQ(Text("[$-411]ggge\"年\"m\"月\"d\"日\"", 40423), "2010-09-02");
  EXPECT_EQ(Text("yyyy\"年\"m\"月\"d\"日\";@", 40423), "2010-09-02");
  EXPECT_EQ(Text("aaaa", 40423), "2010-09-02");
}

TEST(NumberFormatTest, TimesAndElapsedTimesAreNoDays) {
  EXPECT_EQ(Text("h:mm", 0.5), "12:00");
  EXPECT_EQ(Value("h:mm", 0.5), "date 12:00:00");
  EXPECT_EQ(Text("h:mm AM/PM", 0.75), "18:00");
  EXPECT_EQ(Text("[h]:mm:ss", 10.632060185185185), "255:10:10");
  EXPECT_EQ(Value("[h]:mm:ss", 10.632060185185185), "date PT255H10M10S");
  EXPECT_EQ(Text("[mm]:ss", 0.0625), "90:00");
}

TEST(NumberFormatTest, TheCalendarBeginsWhereTheWorkbookSays) {
  const NumberFormat format("yyyy-mm-dd");
  EXPECT_EQ(format.Show(1, false).value, "1900-01-01");
  EXPECT_EQ(format.Show(60, false).value, "1900-02-29");
  EXPECT_EQ(format.Show(61, false).value, "1900-03-01");
  EXPECT_EQ(format.Show(0, true).value, "1904-01-01");
  EXPECT_EQ(format.Show(38961, true).value, "2010-09-02");
  EXPECT_EQ(format.Show(2958465, false).value, "9999-12-31");
  EXPECT_EQ(format.Show(2958466, false).type, CellType::kNumber);
  EXPECT_EQ(format.Show(-1, false).type, CellType::kNumber);
}

TEST(NumberFormatTest, LettersInQuotesAndColoursMakeNoDate) {
  EXPECT_EQ(Value("0.0\"days\"", 3), "number 3");
  EXPECT_EQ(Value("[Red]0", 3), "number 3");
  EXPECT_EQ(Value("0\\d", 3), "number 3");
  EXPECT_EQ(Value("#,##0 \"h\"", 3), "number 3");
}

TEST(NumberFormatTest, AnyCodeIsTaken) {
  for (const char* code :
       {"[", "\"", "\\", "_", "*", ";;;", "[h", "0.", ".", ",", "[$", "E+", "%%", "[>]0", "0;0;0;0;0"}) {
    for (const double number : {0.0, -1.5, 1e300, 45000.5}) NumberFormat(code).Show(number, false);
  }
}

}  // namespace
}  // namespace yk::formats
