// SPDX-License-Identifier: Apache-2.0
#include "sources/own_files.h"

#include <gmock/gmock.h>

#include "testing/temp_dir.h"

namespace yk::sources {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class OwnFilesTest : public ::testing::Test {
 protected:
  OwnFilesTest() {
    for (const char* name : {"a.txt", "job.yaml", "yakan.db", "out/r.jsonl", "yakan.db.spool/1", "in/job.yaml"}) {
      dir_.Write(name, "x");
    }
    own_ = {dir_ / "job.yaml", dir_ / "yakan.db", dir_ / "out/r.jsonl", dir_ / "yakan.db.spool", dir_ / "absent"};
  }
  std::vector<std::string> Left(const std::vector<std::string>& patterns) {
    auto files = ListFiles(patterns, dir_.path());
    EXPECT_TRUE(files);
    const auto dropped = DropOwnFiles(own_, patterns, dir_.path(), *files);
    EXPECT_TRUE(dropped) << dropped.error().ToString();
    std::vector<std::string> shown;
    for (const auto& file : *files) shown.push_back(file.shown);
    return shown;
  }
  testing::TempDir dir_;
  std::vector<std::filesystem::path> own_;
};

TEST_F(OwnFilesTest, AFolderOrPatternDoesNotBringTheJobsOwnFiles) {
  EXPECT_THAT(Left({"."}), ElementsAre("a.txt", "in/job.yaml"));
  EXPECT_THAT(Left({"**/*.yaml", "*.txt"}), ElementsAre("a.txt", "in/job.yaml"));
}

TEST_F(OwnFilesTest, WhatIsNamedIsMeant) { EXPECT_THAT(Left({"job.yaml", "out"}), ElementsAre("job.yaml")); }

TEST_F(OwnFilesTest, NothingElseThereIsSaid) {
  auto files = ListFiles({"out"}, dir_.path());
  const auto dropped = DropOwnFiles(own_, {"out"}, dir_.path(), *files);
  ASSERT_FALSE(dropped);
  EXPECT_EQ(dropped.error().code, Code::kNotFound);
  EXPECT_THAT(dropped.error().message, HasSubstr("out holds nothing but files of the job itself"));
}

}  // namespace
}  // namespace yk::sources
