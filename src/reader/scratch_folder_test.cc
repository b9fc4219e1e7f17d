// SPDX-License-Identifier: Apache-2.0
#include "reader/scratch_folder.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <iterator>
#include <string>

#include "testing/temp_dir.h"

namespace yk::reader {
namespace {

namespace fs = std::filesystem;

size_t Entries(const fs::path& folder) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

/// A process that works in a scratch folder until it is killed.
class Worker {
 public:
  explicit Worker(const testing::TempDir& parent) {
    std::array<int, 2> pipe{};
    EXPECT_EQ(::pipe(pipe.data()), 0);
    process_ = ::fork();
    if (process_ == 0) {
      const auto folder = ScratchFolder::Make(parent.path());
      const std::string name = folder ? folder->path().string() : "";
      if (folder) fs::create_directories(folder->path() / "profile" / "deep");
      if (::write(pipe[1], name.data(), name.size()) >= 0) ::close(pipe[1]);
      for (;;) ::pause();
    }
    ::close(pipe[1]);
    std::array<char, 4096> name{};
    for (ssize_t n = 0; (n = ::read(pipe[0], name.data(), name.size())) > 0;)
      folder_ += std::string(name.data(), static_cast<size_t>(n));
    ::close(pipe[0]);
  }
  ~Worker() { Kill(); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  fs::path folder() const { return folder_; }
  void Kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }

 private:
  pid_t process_ = 0;
  std::string folder_;
};

TEST(ScratchFolderTest, ItGoesWithAllThatIsInIt) {
  testing::TempDir dir;
  {
    const auto folder = ScratchFolder::Make(dir.path());
    ASSERT_TRUE(folder) << folder.error().ToString();
    fs::create_directories(folder->path() / "profile" / "deep");
    ScratchFolder::RemoveLeftBehind(dir.path());
    EXPECT_TRUE(fs::exists(folder->path() / "profile")) << "its own process holds it";
  }
  EXPECT_EQ(Entries(dir.path()), 0u);
}

TEST(ScratchFolderTest, TheFolderOfAKilledProcessIsRemovedAndThatOfALivingOneStays) {
  testing::TempDir dir;
  Worker killed(dir), living(dir);
  ASSERT_TRUE(fs::exists(killed.folder() / "profile" / "deep"));
  killed.Kill();
  EXPECT_TRUE(fs::exists(killed.folder())) << "nobody could remove it";
  ScratchFolder::RemoveLeftBehind(dir.path());
  EXPECT_FALSE(fs::exists(killed.folder()));
  EXPECT_TRUE(fs::exists(living.folder() / "profile" / "deep"));
  living.Kill();
  ScratchFolder::RemoveLeftBehind(dir.path());
  EXPECT_EQ(Entries(dir.path()), 0u);
}

TEST(ScratchFolderTest, WhatOnlyLooksSimilarIsLeftAlone) {
  testing::TempDir dir;
  dir.Write("yakan-office-notes/a.txt", "x");
  dir.Write("yakan-office-a.bc12/a.txt", "x");
  dir.Write("yakan-office-abc123", "a file");
  dir.Write("elsewhere/a.txt", "x");
  fs::create_directory_symlink(dir.path() / "elsewhere", dir.path() / "yakan-office-Link12");
  ScratchFolder::RemoveLeftBehind(dir.path());
  EXPECT_EQ(Entries(dir.path()), 5u);
  EXPECT_TRUE(fs::exists(dir / "elsewhere/a.txt"));
  ScratchFolder::RemoveLeftBehind(dir / "missing");
}

}  // namespace
}  // namespace yk::reader
