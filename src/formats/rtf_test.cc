// SPDX-License-Identifier: Apache-2.0
#include "formats/rtf.h"

#include <gmock/gmock.h>

#include <random>

#include "formats/read_file.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using testing::ElementsAre;

reader::Document Read(std::string_view bytes, const std::string& name = "a.rtf") {
  reader::ReadRequest request;
  request.name = name;
  request.options.want.tables = true;
  auto answer = ReadContent(request, bytes);
  EXPECT_TRUE(answer) << answer.error().ToString();
  return answer ? std::move(answer->document) : reader::Document{};
}

TEST(RtfTest, TextComesInEveryEncodingItIsWrittenIn) {
  EXPECT_EQ(Read(R"({\rtf1\ansi\ansicpg1252 caf\'e9 \u26085?\u-30050? \{x\}\emdash\~y})").text, "café 日語 {x}— y");
  EXPECT_EQ(
      Read(
          R"({\rtf1\ansi\ansicpg932{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset128 Mincho;}}\f1 \'8c\'5f\'96\'f1\f0  end})")
          .text,
      "契約 end");
  EXPECT_EQ(Read(R"({\rtf1\ansicpg932 \'83A\'83\\ x})").text, "アソ x") << "second bytes may stand as plain characters";
  EXPECT_EQ(Read(R"({\rtf1\uc2\u26085\'93\'fa!{\uc0\u26412 z}})").text, "日!本z");
  EXPECT_EQ(Read(R"({\rtf1 \u-10179?\u-8704?})").text, "😀");
}

TEST(RtfTest, WhatIsNotTextStaysOut) {
  const auto document = Read(
      R"({\rtf1{\fonttbl{\f0 Arial;}}{\colortbl;\red1;}{\stylesheet{\s1 heading 1;}}{\info{\title The title}{\author A B}{\creatim\yr2024}})"
      R"({\*\generator X;}{\header head}{\pict\bin3 }}}}shown{\v hidden}{\deleted gone}{\field{\*\fldinst HYPERLINK "x"}{\fldrslt link}})"
      R"({\footnote\pard note text}\par})");
  EXPECT_EQ(document.text, "shownlink\nnote text");
  EXPECT_EQ(document.title, "The title");
  EXPECT_EQ(document.MetadataValue("author"), "A B");
  EXPECT_EQ(document.MetadataValue("header"), "head");
}

TEST(RtfTest, HeadingsTablesAndPages) {
  const auto document = Read(
      R"({\rtf1\pard\outlinelevel0 Head\par\pard body\line two\par)"
      R"(\trowd\clmgf\cellx1\clmrg\cellx2\clvmgf\cellx3\pard\intbl wide\cell\cell tall\cell\row)"
      R"(\trowd\cellx1\cellx2\clvmrg\cellx3\pard\intbl a\par b\cell c\cell\cell\row\pard after\par\page next\par})");
  EXPECT_EQ(document.text, "Head\nbody\ntwo\nwide\t\ttall\na b\tc\nafter\nnext");
  EXPECT_EQ(document.blocks[0].kind, reader::BlockKind::kHeading);
  ASSERT_EQ(document.tables.size(), 1u);
  EXPECT_THAT(reader::Grid(document.tables[0]),
              ElementsAre(ElementsAre("wide", "", "tall"), ElementsAre("a\nb", "c", "")));
  EXPECT_EQ(document.tables[0].cells[1].row_span, 2);
  EXPECT_EQ(document.pages.size(), 2u);
}

TEST(RtfTest, NamesOfPageStylesAndOfShapesAreNoText) {
  EXPECT_EQ(
      Read(R"({\rtf1{\*\pgdsctbl{\pgdsc0\pgdscnxt0{\header H\par}{\footer F\par}Default Page Style;}}\pard Text\par})")
          .text,
      "Text");
  EXPECT_EQ(Read(R"({\rtf1\pard Before {\shp{\*\shpinst\shpleft0{\sp{\sn shapeType}{\sv 202}}{\sp{\sn fFlipH}{\sv 0}})"
                 R"({\shptxt \pard Box\par words\par}}{\shprslt old}}after\par Next\par})")
                .text,
            "Before after\nBox\nwords\nNext");
  EXPECT_EQ(Read(R"({\rtf1{\shp{\*\shpinst{\sp{\sn x}{\sv {\shptxt Box\par}}}}}\pard Text\par})").text, "Text\nBox");
  EXPECT_EQ(Read(R"({\rtf1\trowd\cellx1\cellx2\pard\intbl a{\shp{\*\shpinst{\shptxt b\par}}}\cell c\cell\row})").text,
            "a b\tc");
}

TEST(RtfTest, HeadersAndFootersAreMetadata) {
  const auto document =
      Read(R"({\rtf1\headery700{\header\pard No. A-123{\b  new}\tab {\field{\*\fldinst PAGE}{\fldrslt 1}}\par two\par})"
           R"({\headerf first}{\footer\pard Page {\field{\*\fldinst PAGE}{\fldrslt 1}} of 3\par}\pard Text\par})");
  EXPECT_EQ(document.text, "Text");
  EXPECT_EQ(document.MetadataValue("header"), "No. A-123 new\t1\ntwo");
  EXPECT_EQ(document.MetadataValue("footer"), "") << "a page's number says nothing";
}

TEST(RtfTest, FieldsWithoutResultsShowWhatTheySay) {
  EXPECT_EQ(
      Read(
          R"({\rtf1 A{\field{\*\fldinst { EQ \\* jc3 \\* hps12 \\o\\al(\\s\\up 10(\u12392?),\u26481?\u20140?)}}{\fldrslt {}}}B})")
          .text,
      "A東京B");
  EXPECT_EQ(
      Read(R"({\rtf1 {\field{\*\fldinst eq \\o\\ac(O,\u21360?)}}\par {\field{\*\fldinst  PAGE }{\fldrslt 1}}})").text,
      "O印\n1");
  EXPECT_EQ(
      Read(
          R"({\rtf1 {\field{\*\fldinst FORMCHECKBOX {\*\formfield{\fftype1\ffres1\ffdefres0}}}{\fldrslt }} yes )"
          R"({\field{\*\fldinst FORMCHECKBOX {\*\formfield{\fftype1\ffres25\ffdefres0 {\*\ffname no}}}}{\fldrslt }} no})")
          .text,
      "☑ yes ☐ no");
}

TEST(RtfTest, ContentTellsItUnderTheNameOfWord) { EXPECT_EQ(Read("{\\rtf1 text}", "old.doc").text, "text"); }

TEST(RtfTest, BrokenFilesEndInTextOrAReason) {
  const std::string good =
      R"({\rtf1\ansi{\fonttbl{\f1\fcharset128 M;}}\f1 \'8c\'5f\u26085?{\info{\title t}}\trowd\cellx1\intbl a\cell\row\par})";
  std::mt19937 random(9);
  for (int round = 0; round < 2000; ++round) {
    std::string bad = good;
    for (unsigned flips = 1 + random() % 6; flips > 0; --flips)
      bad[6 + random() % (bad.size() - 6)] = static_cast<char>(random());
    if (random() % 4 == 0) bad.resize(6 + random() % (bad.size() - 6));
    reader::ReadRequest request;
    request.name = "a.rtf";
    auto answer = ReadContent(request, bad);
    EXPECT_TRUE(answer || reader::ReasonOf(answer.error()).has_value()) << round;
  }
  reader::ReadRequest request;
  request.name = "a.rtf";
  EXPECT_EQ(reader::ReasonOf(ReadContent(request, "{\\rtf1" + std::string(100'000, '{')).error()),
            reader::Reason::kCorrupt);
  EXPECT_EQ(reader::ReasonOf(ReadContent(request, "plain").error()), reader::Reason::kCorrupt);
}

}  // namespace
}  // namespace yk::formats
