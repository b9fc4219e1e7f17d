// SPDX-License-Identifier: Apache-2.0
#include "formats/mailbox.h"

#include <gmock/gmock.h>

#include <string>

#include "formats/read_file.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string Message(const std::string& subject, const std::string& body) {
  return "From: a@example.org\nTo: b@example.org\nDate: Mon, 1 Apr 2024 09:30:00 +0900\nSubject: " + subject + "\n\n" +
         body + "\n";
}

std::string Box() {
  return "From a@example.org Mon Apr  1 09:30:00 2024\n" +
         Message("one", ">From here on it is quoted.\n\nFrom now on.") +
         "\nFrom - Tue Apr 02 10:00:00 2024\nContent-Length: 99999\n" + Message("two", "Second.") + "\nFrom -\n" +
         Message("three", "Third.");
}

Result<reader::ReadAnswer> Read(reader::Task task, std::vector<std::string> member, const std::string& bytes,
                                const std::string& name = "box.mbox") {
  reader::ReadRequest request;
  request.name = name;
  request.task = task;
  request.options.member = std::move(member);
  return ReadContent(request, bytes);
}

TEST(MailboxTest, MessagesAreListedBySizeWhateverContentLengthSays) {
  const auto answer = Read(reader::Task::kList, {}, Box());
  ASSERT_TRUE(answer) << answer.error().ToString();
  ASSERT_EQ(answer->members.size(), 3u);
  EXPECT_THAT(answer->members[1].path, ElementsAre("2"));
  EXPECT_GT(answer->members[0].size, answer->members[2].size);
}

TEST(MailboxTest, AMemberIsOneMailWithoutTheMarksOfTheBox) {
  const auto first = Read(reader::Task::kRead, {"1"}, Box());
  ASSERT_TRUE(first) << first.error().ToString();
  EXPECT_EQ(first->document.MetadataValue("subject"), "one");
  EXPECT_THAT(first->document.text, HasSubstr("\nFrom here on it is quoted.\n\nFrom now on."));
  const auto third = Read(reader::Task::kRead, {"3"}, Box());
  ASSERT_TRUE(third) << third.error().ToString();
  EXPECT_EQ(third->document.title, "three");
}

TEST(MailboxTest, AMemberThatIsNotThereIsNamedWithThoseThatAre) {
  for (const char* name : {"4", "0", "x", "1a"}) {
    const auto answer = Read(reader::Task::kRead, {name}, Box());
    ASSERT_FALSE(answer) << name;
    EXPECT_THAT(answer.error().ToString(), HasSubstr("messages are 1 to 3"));
  }
}

TEST(MailboxTest, WithoutAMemberEachMessageIsAPage) {
  const auto answer = Read(reader::Task::kRead, {}, Box());
  ASSERT_TRUE(answer) << answer.error().ToString();
  ASSERT_EQ(answer->document.pages.size(), 3u);
  EXPECT_EQ(answer->document.pages[1].number, 2);
  EXPECT_EQ(answer->document.pages[2].end, static_cast<int64_t>(answer->document.text.size()));
  EXPECT_THAT(answer->document.text, HasSubstr("Second."));
  EXPECT_EQ(answer->document.mime, "application/mbox");
}

TEST(MailboxTest, AMailSavedWithItsFromLineIsAMail) {
  const auto answer =
      Read(reader::Task::kList, {}, "From a@example.org Mon Apr  1 09:30:00 2024\n" + Message("one", "x"), "one.eml");
  ASSERT_TRUE(answer) << answer.error().ToString();
  EXPECT_TRUE(answer->members.empty());
}

TEST(MailboxTest, TooManyMessagesAreALimitAndNotAWait) {
  reader::ReadRequest request;
  request.name = "box.mbox";
  request.options.limits.members_max = 2;
  const auto answer = ReadContent(request, Box());
  ASSERT_FALSE(answer);
  EXPECT_EQ(reader::ReasonOf(answer.error()), reader::Reason::kResourceLimit);
}

TEST(MailboxTest, SplittingCoversEveryByteBehindTheFromLines) {
  const std::string box = Box();
  size_t total = 0;
  for (const auto message : SplitMailbox(box, 100)) total += message.size();
  EXPECT_LT(total, box.size());
  EXPECT_TRUE(SplitMailbox("From here we go\nand on\n", 100).empty());
  EXPECT_TRUE(SplitMailbox("", 100).empty());
}

}  // namespace
}  // namespace yk::formats
