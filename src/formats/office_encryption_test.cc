// SPDX-License-Identifier: Apache-2.0
#include "formats/office_encryption.h"

#include <gmock/gmock.h>

#include <random>

#include "formats/office_encryption_fixture.h"
#include "formats/ole_container.h"
#include "formats/pack_fixture.h"
#include "formats/read_file.h"
#include "formats/workbook_fixture.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::Reason;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// `letters` makes it longer than one segment and than one table of sectors.
std::string Letter(size_t letters = 100'000) {
  std::mt19937 random(7);
  std::string noise;
  while (noise.size() < letters) noise += static_cast<char>('a' + random() % 26);
  return Pack({{"[Content_Types].xml", "<Types/>"},
               {"word/document.xml",
                "<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>The price is 500,000 yen. 価格</w:t></w:r></w:p>"
                "<w:p><w:r><w:t>" +
                    noise + "</w:t></w:r></w:p></w:body></w:document>"}});
}

Result<reader::ReadAnswer> Read(const std::string& bytes, std::vector<std::string> passwords,
                                const std::string& name = "letter.docx") {
  reader::ReadRequest request;
  request.name = name;
  request.options.passwords = std::move(passwords);
  return ReadContent(request, bytes);
}

std::optional<Reason> ReasonFor(const std::string& bytes, std::vector<std::string> passwords) {
  const auto answer = Read(bytes, std::move(passwords));
  return answer ? std::nullopt : reader::ReasonOf(answer.error());
}

TEST(OfficeEncryptionTest, EveryUsualWayOfEncryptionIsOpenedWithThePassword) {
  const std::string package = Letter();
  const std::string password = "pass 合言葉 é";
  std::vector<std::string> files;
  for (const size_t key_bytes : {16, 24, 32}) files.push_back(EncryptStandard(package, password, key_bytes));
  for (const size_t key_bytes : {16, 24, 32}) {
    files.push_back(EncryptAgile(package, password, {DigestKind::kSha1, "SHA1", key_bytes}));
    files.push_back(EncryptAgile(package, password, {DigestKind::kSha256, "SHA256", key_bytes}));
    files.push_back(EncryptAgile(package, password, {DigestKind::kSha384, "SHA384", key_bytes}));
    files.push_back(EncryptAgile(package, password, {DigestKind::kSha512, "SHA512", key_bytes}));
  }
  for (size_t i = 0; i < files.size(); ++i) {
    const auto answer = Read(files[i], {"no", password});
    ASSERT_TRUE(answer) << i << ": " << answer.error().ToString();
    EXPECT_THAT(answer->document.text, HasSubstr("The price is 500,000 yen. 価格")) << i;
    EXPECT_THAT(answer->document.notes, IsEmpty());
    EXPECT_EQ(ReasonFor(files[i], {"no", "pass"}), Reason::kEncrypted) << i;
  }
}

TEST(OfficeEncryptionTest, TheMessageSaysWhetherAPasswordWasGiven) {
  const std::string file = EncryptAgile(Letter(10), "right");
  const auto none = Read(file, {});
  ASSERT_FALSE(none);
  EXPECT_EQ(reader::ReasonOf(none.error()), Reason::kEncrypted);
  EXPECT_THAT(none.error().message, HasSubstr("give its password"));
  const auto wrong = Read(file, {"wrong"});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(reader::ReasonOf(wrong.error()), Reason::kEncrypted);
  EXPECT_THAT(wrong.error().message, HasSubstr("none of the given passwords"));
}

TEST(OfficeEncryptionTest, TheKindIsFoundInTheContentWhateverTheNameSays) {
  XlsxParts book;
  book.sheets = {{"Prices", "<sheetData><row r=\"1\"><c r=\"A1\"><v>42</v></c></row></sheetData>", ""}};
  ZipParts parts = PartsOf(book);
  parts.insert(parts.begin(), {"[Content_Types].xml", "<Types/>"});
  const auto sheet = Read(EncryptAgile(MakeZip(parts), "p"), {"p"}, "list.dat");
  ASSERT_TRUE(sheet) << sheet.error().ToString();
  EXPECT_THAT(sheet->document.text, HasSubstr("42"));
  const auto letter = Read(EncryptStandard(Letter(10), "p"), {"p"}, "list.xlsx");
  ASSERT_TRUE(letter) << letter.error().ToString();
  EXPECT_THAT(letter->document.text, HasSubstr("500,000"));
}

TEST(OfficeEncryptionTest, AWorkbookThatIsOnlyProtectedAgainstChangesNeedsNoPassword) {
  XlsxParts book;
  book.sheets = {{"Prices", "<sheetData><row r=\"1\"><c r=\"A1\"><v>42</v></c></row></sheetData>", ""}};
  const auto answer = Read(EncryptAgile(MakeXlsx(book), "VelvetSweatshop"), {}, "list.xlsx");
  ASSERT_TRUE(answer) << answer.error().ToString();
  EXPECT_THAT(answer->document.text, HasSubstr("42"));
}

TEST(OfficeEncryptionTest, PagesAreCountedAndMembersOfArchivesOpened) {
  const std::string file = EncryptAgile(Letter(10), "p");
  reader::ReadRequest request;
  request.name = "letter.docx";
  request.task = reader::Task::kCount;
  request.options.passwords = {"p"};
  const auto count = ReadContent(request, file);
  ASSERT_TRUE(count) << count.error().ToString();
  EXPECT_EQ(count->page_count, 1);
  request.name = "letters.zip";
  request.task = reader::Task::kRead;
  request.options.member = {"a/letter.docx"};
  const auto member = ReadContent(request, Pack({{"a/letter.docx", file}}));
  ASSERT_TRUE(member) << member.error().ToString();
  EXPECT_THAT(member->document.text, HasSubstr("500,000"));
}

TEST(OfficeEncryptionTest, AFileThatWasChangedAfterwardsIsReadWithANote) {
  // The last segment of an archive that does not compress is its list of files, which must stay: change the first.
  std::string file = EncryptAgile(Pack({{"[Content_Types].xml", "<Types/>"},
                                        {"unused.bin", std::string(3000, 'x')},
                                        {"word/document.xml",
                                         "<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>kept"
                                         "</w:t></w:r></w:p></w:body></w:document>"}},
                                       "zip", nullptr, "zip:compression=store"),
                                  "p");
  const std::string stream = ReadOleStream(file, u"EncryptedPackage");
  const size_t at = file.find(stream.substr(0, 64));
  ASSERT_NE(at, std::string::npos);
  file[at + 1000] = static_cast<char>(file[at + 1000] ^ 1);
  const auto answer = Read(file, {"p"});
  ASSERT_TRUE(answer) << answer.error().ToString();
  EXPECT_THAT(answer->document.text, HasSubstr("kept"));
  EXPECT_THAT(answer->document.notes, ElementsAre(HasSubstr("changed after it was encrypted")));
}

TEST(OfficeEncryptionTest, WhatIsUnknownOrDamagedEndsWithAReason) {
  const std::string good = EncryptAgile(Letter(10), "p", {DigestKind::kSha1, "SHA1", 16, 10});
  std::string other = good;
  other.replace(other.find("\"AES\""), 5, "\"RC2\"");
  EXPECT_EQ(ReasonFor(other, {"p"}), Reason::kUnsupported);
  std::string endless = good;
  endless.replace(endless.find("spinCount=\"10\""), 14, "spinCount=\"99999999\"");
  EXPECT_EQ(ReasonFor(endless, {"p"}), Reason::kCorrupt) << "it would be hashed for hours";
  EXPECT_EQ(ReasonFor(MakeCompound({{"EncryptionInfo", "x"}, {"EncryptedPackage", std::string(5000, 'x')}}), {"p"}),
            Reason::kCorrupt);
  EXPECT_EQ(
      ReasonFor(MakeCompound({{"EncryptionInfo", std::string(5000, 'x')}, {"EncryptedPackage", "123456789"}}), {"p"}),
      Reason::kUnsupported);
  EXPECT_EQ(ReasonFor(EncryptAgile(good, "p"), {"p"}), Reason::kCorrupt) << "encrypted twice";
  std::mt19937 random(5);
  for (int round = 0; round < 400; ++round) {
    std::string bad = good;
    for (unsigned flips = 1 + random() % 6; flips > 0; --flips)
      bad[random() % bad.size()] = static_cast<char>(random());
    if (round % 5 == 0) bad.resize(random() % bad.size() + 1);
    // Another number of rounds is valid and slow.
    if (bad.find("spinCount=\"10\"") == std::string::npos) continue;
    const auto answer = Read(bad, {"p"});
    EXPECT_TRUE(answer || reader::ReasonOf(answer.error()).has_value()) << round;
  }
}

TEST(OleContainerTest, ShortStreamsAreFoundInTheSharedOne) {
  const std::string first = std::string(100, 'a'), second = std::string(4095, 'b'), large = std::string(70'000, 'c');
  const std::string bytes = MakeCompound({{"One", first}, {"Large", large}, {"Two", second}, {"None", ""}});
  EXPECT_EQ(ReadOleStream(bytes, u"One"), first);
  EXPECT_EQ(ReadOleStream(bytes, u"Two"), second);
  EXPECT_EQ(ReadOleStream(bytes, u"Large"), large);
  EXPECT_EQ(ReadOleStream(bytes, u"None"), "");
}

}  // namespace
}  // namespace yk::formats
