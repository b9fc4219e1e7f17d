// SPDX-License-Identifier: Apache-2.0
#include "sources/file_list.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "testing/temp_dir.h"

namespace yk::sources {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> Shown(const std::vector<std::string>& patterns, const fs::path& base) {
  auto files = ListFiles(patterns, base);
  EXPECT_TRUE(files) << files.error().ToString();
  std::vector<std::string> shown;
  if (files) {
    for (const InputFile& file : *files) shown.push_back(file.shown);
  }
  return shown;
}

TEST(GlobTest, StarsStayInTheirFolderAndDoubleStarsDoNot) {
  EXPECT_TRUE(MatchesGlob("*.pdf", "a.pdf"));
  EXPECT_FALSE(MatchesGlob("*.pdf", "x/a.pdf"));
  EXPECT_TRUE(MatchesGlob("**/*.pdf", "a.pdf"));
  EXPECT_TRUE(MatchesGlob("**/*.pdf", "x/y/a.pdf"));
  EXPECT_TRUE(MatchesGlob("x/**/y/*.txt", "x/a/b/y/c.txt"));
  EXPECT_TRUE(MatchesGlob("x/**/y/*.txt", "x/y/c.txt"));
  EXPECT_FALSE(MatchesGlob("x/**/y/*.txt", "x/a/c.txt"));
  EXPECT_TRUE(MatchesGlob("**", "any/depth/at all"));
  EXPECT_TRUE(MatchesGlob("契約*.pdf", "契約書.pdf"));
}

TEST(GlobTest, ClassesAndQuestionMarks) {
  EXPECT_TRUE(MatchesGlob("0[1-3]?.txt", "02x.txt"));
  EXPECT_FALSE(MatchesGlob("0[1-3]?.txt", "04x.txt"));
  EXPECT_TRUE(MatchesGlob("[!a]*", "b"));
  EXPECT_FALSE(MatchesGlob("[!a]*", "a"));
  EXPECT_TRUE(MatchesGlob("a[b", "a[b"));
  EXPECT_TRUE(MatchesGlob("*a*b*c", "xxaxxbxbc"));
  EXPECT_FALSE(MatchesGlob("*a*b*c", "xxaxxbxbcx"));
}

TEST(GlobTest, ManyStarsTakeNoTime) { EXPECT_FALSE(MatchesGlob(std::string(200, '*') + "b", std::string(5000, 'a'))); }

TEST(ListFilesTest, EachFileOnceAndSorted) {
  const testing::TempDir dir;
  dir.Write("b.txt", "");
  dir.Write("a.txt", "");
  dir.Write("sub/c.txt", "");
  dir.Write("sub/.git/d.txt", "");
  EXPECT_THAT(Shown({"b.txt", "*.txt", "**/*.txt"}, dir.path()), ElementsAre("a.txt", "b.txt", "sub/c.txt"));
  EXPECT_THAT(Shown({"sub"}, dir.path()), ElementsAre("sub/c.txt"));
  EXPECT_THAT(Shown({"sub/.git/*"}, dir.path()), ElementsAre("sub/.git/d.txt"));
}

TEST(ListFilesTest, AFileWithBracketsInItsNameIsItself) {
  const testing::TempDir dir;
  dir.Write("a[1].txt", "");
  EXPECT_THAT(Shown({"a[1].txt"}, dir.path()), ElementsAre("a[1].txt"));
}

TEST(ListFilesTest, NamesThatAreNotUtf8AreShownSoThatTheyAreFoundAgain) {
  const testing::TempDir dir;
  const std::vector<std::string> names = {"\x83\\.txt", "\x95\x5c\x8e\xa6.txt", "\\x83.txt", "back\\slash.txt",
                                          "表.txt"};
  for (const std::string& name : names) dir.Write(name, name);
  const auto shown = Shown({"*.txt"}, dir.path());
  EXPECT_THAT(shown, ::testing::UnorderedElementsAre("\\x83\\.txt", "\\x95\\\\x8e\\xa6.txt", "\\x5cx83.txt",
                                                     "back\\slash.txt", "表.txt"));
  std::vector<std::string> found;
  for (const std::string& one : shown) {
    const InputFile file = Locate(one, dir.path());
    EXPECT_EQ(file.shown, one);
    EXPECT_TRUE(fs::is_regular_file(file.path)) << one;
    found.push_back(file.path.filename().string());
  }
  EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(names));
}

TEST(ListFilesTest, FilesOutsideTheJobsFolderAreShownWhole) {
  const testing::TempDir dir;
  const fs::path outside = dir.Write("data/a.txt", "");
  fs::create_directory(dir / "job");
  EXPECT_THAT(Shown({"../data/*.txt"}, dir / "job"), ElementsAre(outside.string()));
}

TEST(ListFilesTest, NoFolderIsEnteredBelowItself) {
  const testing::TempDir dir;
  dir.Write("x/a.txt", "");
  dir.Write("x/sub/b.txt", "");
  fs::create_directory_symlink(".", dir / "x/here");
  fs::create_directory_symlink("../../x", dir / "x/sub/up");
  EXPECT_THAT(Shown({"x/**"}, dir.path()), ElementsAre("x/a.txt", "x/sub/b.txt"));
  EXPECT_THAT(Shown({"x"}, dir.path()), ElementsAre("x/a.txt", "x/sub/b.txt"));
}

TEST(ListFilesTest, AFolderThatIsReachedByTwoWaysIsThereTwice) {
  const testing::TempDir dir;
  dir.Write("x/sub/b.txt", "");
  dir.Write("other/c.txt", "");
  fs::create_directory_symlink("sub", dir / "x/same");
  fs::create_directory_symlink("../other", dir / "x/out");
  fs::create_directory_symlink("../x", dir / "other/back");
  EXPECT_THAT(Shown({"x/**"}, dir.path()), ElementsAre("x/out/c.txt", "x/same/b.txt", "x/sub/b.txt"));
}

/// Root may read everything: while this lives, the process is nobody.
class AsNobody {
 public:
  AsNobody() { EXPECT_TRUE(self_ != 0 || ::seteuid(65534) == 0); }
  ~AsNobody() { EXPECT_EQ(::seteuid(self_), 0); }

 private:
  const uid_t self_ = ::geteuid();
};

TEST(ListFilesTest, AFolderThatCannotBeReadIsNamed) {
  const testing::TempDir dir;
  dir.Write("perm/a/a.txt", "");
  dir.Write("perm/no/b.txt", "");
  fs::permissions(dir.path(), fs::perms(0755));
  fs::permissions(dir / "perm/no", fs::perms(0));
  {
    const AsNobody nobody;
    const auto files = ListFiles({"perm/**"}, dir.path());
    ASSERT_FALSE(files);
    EXPECT_THAT(files.error().ToString(), HasSubstr("cannot read " + (dir / "perm/no").string() + ": Permission"));
  }
  fs::permissions(dir / "perm/no", fs::perms(0755));
}

TEST(ListFilesTest, AStopEndsTheListing) {
  const testing::TempDir dir;
  dir.Write("a.txt", "");
  std::stop_source stop;
  EXPECT_TRUE(ListFiles({"**"}, dir.path(), stop.get_token()));
  stop.request_stop();
  const auto files = ListFiles({"**"}, dir.path(), stop.get_token());
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().code, Code::kCancelled);
}

}  // namespace
}  // namespace yk::sources
