// SPDX-License-Identifier: Apache-2.0
#include "reader/office_converter.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "testing/temp_dir.h"

namespace yk::reader {
namespace {

namespace fs = std::filesystem;

TEST(OfficeConverterTest, OnlyAnOrdinaryFileInItsOwnFolderIsTakenForTheResult) {
  testing::TempDir dir;
  const auto open = [&](const std::string& name) {
    return OfficeConverter::OpenMade(dir.path(), name, 10).has_value();
  };
  EXPECT_FALSE(open("in.docx")) << "no folder";
  dir.Write("out/in.docx", "0123456789");
  dir.Write("out/large.docx", "0123456789a");
  dir.Write("elsewhere/in.docx", "secret");
  fs::create_symlink(dir.path() / "elsewhere" / "in.docx", dir.path() / "out" / "link.docx");
  fs::create_directory(dir.path() / "out" / "folder.docx");
  ASSERT_EQ(::mkfifo((dir.path() / "out" / "pipe.docx").c_str(), 0600), 0);
  EXPECT_TRUE(open("in.docx"));
  for (const char* name : {"large.docx", "link.docx", "folder.docx", "pipe.docx", "missing.docx"}) {
    EXPECT_FALSE(open(name)) << name;
  }
  fs::remove_all(dir.path() / "out");
  fs::create_directory_symlink(dir.path() / "elsewhere", dir.path() / "out");
  EXPECT_FALSE(open("in.docx")) << "the folder is a link";
}

}  // namespace
}  // namespace yk::reader
