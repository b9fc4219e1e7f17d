// SPDX-License-Identifier: Apache-2.0
#include "formats/open_containers.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "formats/pack_fixture.h"
#include "formats/read_file.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using testing::HasSubstr;

reader::ReadRequest Request(const std::string& name, std::vector<std::string> member,
                            reader::Task task = reader::Task::kRead) {
  reader::ReadRequest request;
  request.name = name;
  request.task = task;
  request.options.member = std::move(member);
  return request;
}

std::string Mailbox(int messages) {
  std::string box;
  for (int i = 1; i <= messages; ++i) {
    box += fmt::format(
        "From a@example.org Mon Apr  1 09:30:00 2024\nFrom: a@example.org\nTo: b@example.org\n"
        "Date: Mon, 1 Apr 2024 09:30:00 +0900\nSubject: mail {}\n\nBody {}.\n\n",
        i, i);
  }
  return box;
}

Files Letters(int count) {
  Files files;
  for (int i = 0; i < count; ++i) {
    files.emplace_back(fmt::format("in/{:03}.txt", i), fmt::format("letter {}", i));
    if (i % 10 == 0) files.emplace_back(fmt::format("in/{:03}.txt", i), fmt::format("letter {} of the same name", i));
  }
  return files;
}

/// Archives of every way to find a member: by its place, in a stream, through one content without a name, and nested.
std::vector<std::pair<std::string, std::string>> Containers() {
  const Files letters = Letters(25);
  const std::string box = Mailbox(25);
  const Files nested = {{"letters.tar.gz", Pack(letters, "ustar", "gzip")},
                        {"note.txt", "a note"},
                        {"box.mbox", box},
                        {"deep.zip", Pack({{"box.mbox", box}, {"last.txt", "the last"}})}};
  return {{"a.zip", Pack(letters)},
          {"a.tar", Pack(letters, "ustar")},
          {"a.tar.gz", Pack(letters, "ustar", "gzip")},
          {"a.7z", Pack(letters, "7zip")},
          {"box.mbox", box},
          {"box.mbox.gz", Pack({{"x", box}}, "raw", "gzip")},
          {"nested.zip", Pack(nested)},
          {"nested.tar.xz", Pack(nested, "ustar", "xz")}};
}

std::vector<std::vector<std::string>> Paths(const std::string& name, const std::string& bytes) {
  const auto listed = ReadContent(Request(name, {}, reader::Task::kList), bytes);
  EXPECT_TRUE(listed) << name << listed.error().ToString();
  std::vector<std::vector<std::string>> paths;
  if (listed) {
    for (const reader::Member& member : listed->members) paths.push_back(member.path);
  }
  return paths;
}

TEST(OpenContainersTest, InAnyOrderAMemberIsTheOneThatIsReadAlone) {
  std::mt19937 random(7);
  for (const auto& [name, bytes] : Containers()) {
    const auto paths = Paths(name, bytes);
    ASSERT_GE(paths.size(), 25u) << name;
    OpenContainers open;
    for (int step = 0; step < 120; ++step) {
      // Mostly forward, as rows are read, and now and then anywhere or to what does not exist.
      const size_t at = step % 4 == 3 ? random() % paths.size() : static_cast<size_t>(step) % paths.size();
      std::vector<std::string> path = paths[at];
      if (step % 17 == 5) path.back() += "-missing";
      const auto kept = open.Read(Request(name, path), bytes);
      const auto alone = ReadContent(Request(name, path), bytes);
      ASSERT_EQ(static_cast<bool>(kept), static_cast<bool>(alone)) << name << " step " << step << ": " << path.back();
      if (kept) {
        EXPECT_EQ(kept->document.text, alone->document.text) << name << " step " << step;
      } else {
        EXPECT_EQ(kept.error().ToString(), alone.error().ToString()) << name << " step " << step;
      }
    }
  }
}

TEST(OpenContainersTest, AMemberCanBeReadAgainAndAgain) {
  for (const auto& [name, bytes] : Containers()) {
    const auto paths = Paths(name, bytes);
    OpenContainers open;
    const auto first = open.Read(Request(name, paths[3]), bytes);
    ASSERT_TRUE(first) << name;
    for (int i = 0; i < 3; ++i) {
      const auto again = open.Read(Request(name, paths[3]), bytes);
      ASSERT_TRUE(again) << name << again.error().ToString();
      EXPECT_EQ(again->document.text, first->document.text) << name;
    }
  }
}

TEST(OpenContainersTest, AnAttachmentOfAMessageIsFoundBehindTheMailbox) {
  const std::string box =
      "From a@example.org Mon Apr  1 09:30:00 2024\nFrom: a@example.org\nTo: b@example.org\nSubject: with a list\n"
      "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nSee the list.\n"
      "--b\nContent-Type: text/csv\nContent-Disposition: attachment; filename=list.csv\n\nname,age\nMori,41\n--b--\n";
  const std::string bytes = Pack({{"box.mbox", box}}, "ustar", "gzip");
  OpenContainers open;
  const auto list = open.Read(Request("a.tar.gz", {"box.mbox", "1", "list.csv"}), bytes);
  ASSERT_TRUE(list) << list.error().ToString();
  EXPECT_THAT(list->document.text, HasSubstr("Mori"));
  const auto mail = open.Read(Request("a.tar.gz", {"box.mbox", "1"}), bytes);
  ASSERT_TRUE(mail) << mail.error().ToString();
  EXPECT_EQ(mail->document.title, "with a list");
}

TEST(OpenContainersTest, ADamagedMemberCostsItselfAndNotItsNeighbours) {
  std::string bytes =
      Pack({{"one.txt", "first"}, {"two.txt", "second"}, {"three.txt", "third"}}, "zip", nullptr, "compression=store");
  bytes[bytes.find("second")] = 'X';  // its checksum is wrong now
  OpenContainers open;
  EXPECT_TRUE(open.Read(Request("a.zip", {"one.txt"}), bytes));
  const auto damaged = open.Read(Request("a.zip", {"two.txt"}), bytes);
  ASSERT_FALSE(damaged);
  EXPECT_EQ(reader::ReasonOf(damaged.error()), reader::Reason::kCorrupt);
  for (const char* name : {"three.txt", "one.txt", "three.txt"}) {
    const auto other = open.Read(Request("a.zip", {name}), bytes);
    EXPECT_TRUE(other) << name << ": " << other.error().ToString();
  }
}

TEST(OpenContainersTest, TheWayInIsBoundedInDepth) {
  std::string bytes = "bottom";
  std::vector<std::string> path = {"x.txt"};
  for (int i = 0; i < 7; ++i) {
    bytes = Pack({{path.front(), bytes}});
    path.insert(path.begin(), "inner.zip");
  }
  path.erase(path.begin());
  OpenContainers open;
  const auto answer = open.Read(Request("outer.zip", path), bytes);
  ASSERT_FALSE(answer);
  EXPECT_EQ(reader::ReasonOf(answer.error()), reader::Reason::kResourceLimit);
}

}  // namespace
}  // namespace yk::formats
