// SPDX-License-Identifier: Apache-2.0
#include "sources/message_fields.h"

#include <gmock/gmock.h>

#include "base/json.h"
#include "reader/reader_pool.h"
#include "sources/source_factory.h"
#include "testing/temp_dir.h"

namespace yk::sources {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kMail =
    "From: Ann Example <ann@example.org>\nTo: bob@example.org, carol@example.org\nDate: Mon, 1 Apr 2024 09:30:00 "
    "+0900\n"
    "Message-ID: <2@example.org>\nIn-Reply-To: <1@example.org>\nSubject: Re: Lunch\nMIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nYes, at noon.\n\n"
    "On Sun, 31 Mar 2024 at 20:00, Bob wrote:\n> Lunch on Monday?\n-- \nAnn\n--b\n"
    "Content-Type: text/plain; name=menu.txt\n\nSoup\n--b--\n";

std::string Plain(const std::string& subject) {
  return "From: x@example.org\nTo: y@example.org\nDate: Mon, 1 Apr 2024 09:30:00 +0900\nSubject: " + subject +
         "\n\nBody " + subject + "\n";
}

class MessageRowsTest : public ::testing::Test {
 protected:
  MessageRowsTest() {
    auto pool = reader::ReaderPool::Open({.readers = 1, .program = std::string(YAKAN_BIN_DIR) + "/yakan-reader"});
    EXPECT_TRUE(pool) << pool.error().ToString();
    pool_ = std::move(*pool);
    dir_.Write("mail/a.eml", kMail);
    dir_.Write("mail/box.mbox", "From - Mon Apr 01 00:00:00 2024\n" + Plain("one") +
                                    "\nFrom - Mon Apr 01 00:00:01 2024\n" + Plain("two"));
    dir_.Write("mail/dir/cur/1712000000.V1.host:2,S", Plain("three"));
  }
  std::unique_ptr<pipeline::Source> Messages(int64_t limit = 0) {
    SourceContext context;
    context.base_dir = dir_.path();
    context.readers = pool_.get();
    context.limit = limit;
    auto source = MakeSource(*ParseJson(R"({"files": "mail/**", "as": "message"})"), context);
    EXPECT_TRUE(source) << source.error().ToString();
    EXPECT_TRUE((*source)->Manifest());
    return std::move(*source);
  }
  testing::TempDir dir_;
  std::unique_ptr<reader::ReaderPool> pool_;
};

TEST_F(MessageRowsTest, MailFilesMailboxesAndMaildirsGiveOneRowPerMessage) {
  auto source = Messages();
  const auto payloads = source->Next(10);
  ASSERT_TRUE(payloads);
  std::vector<std::string> shown;
  for (const auto& payload : *payloads) {
    auto row = source->Load(0, payload);
    ASSERT_TRUE(row) << row.error().ToString();
    shown.push_back(row->file + " " + row->fields["subject"].get<std::string>());
  }
  EXPECT_THAT(shown, ElementsAre("mail/a.eml Re: Lunch", "mail/box.mbox/1 one", "mail/box.mbox/2 two",
                                 "mail/dir/cur/1712000000.V1.host:2,S three"));
}

TEST_F(MessageRowsTest, ARowCarriesWhatTheMailSaysAndItsOwnWordsApart) {
  auto source = Messages(1);
  const auto payloads = source->Next(10);
  ASSERT_TRUE(payloads);
  ASSERT_EQ(payloads->size(), 1u);
  auto row = source->Load(0, payloads->front());
  ASSERT_TRUE(row) << row.error().ToString();
  for (const std::string& column : source->Columns()) EXPECT_TRUE(row->fields.contains(column)) << column;
  EXPECT_EQ(row->fields["from"], "ann@example.org");
  EXPECT_EQ(row->fields["from_name"], "Ann Example");
  EXPECT_EQ(row->fields["to"], Json::array({"bob@example.org", "carol@example.org"}));
  EXPECT_EQ(row->fields["date"], "2024-04-01T09:30:00+09:00");
  EXPECT_EQ(row->fields["in_reply_to"], "<1@example.org>");
  EXPECT_EQ(row->fields["attachments"], Json::array({"menu.txt"}));
  EXPECT_EQ(row->fields["body_text"], "Yes, at noon.");
  EXPECT_THAT(row->document->text, HasSubstr("> Lunch on Monday?"));
  EXPECT_THAT(row->document->text, HasSubstr("Soup"));
}

TEST_F(MessageRowsTest, ALoadThatWasInterruptedGoesOnInTheMiddleOfAMailbox) {
  auto whole = Messages();
  const auto all = whole->Next(10);
  ASSERT_TRUE(all);
  auto resumed = Messages();
  ASSERT_TRUE(resumed->Skip(2));
  const auto rest = resumed->Next(10);
  ASSERT_TRUE(rest);
  EXPECT_EQ(*rest, std::vector<std::string>(all->begin() + 2, all->end()));
  auto beyond = Messages();
  EXPECT_FALSE(beyond->Skip(5));
}

TEST_F(MessageRowsTest, AMailboxThatChangedFailsItsRows) {
  auto source = Messages();
  const auto payloads = source->Next(10);
  ASSERT_TRUE(payloads);
  dir_.Write("mail/box.mbox", "From - Mon Apr 01 00:00:00 2024\n" + Plain("other"));
  auto row = source->Load(1, (*payloads)[1]);
  ASSERT_FALSE(row);
  EXPECT_THAT(row.error().ToString(), HasSubstr("mail/box.mbox"));
  EXPECT_THAT(row.error().ToString(), HasSubstr("changed after the job began"));
  EXPECT_TRUE(source->Load(0, (*payloads)[0]));
}

}  // namespace
}  // namespace yk::sources
