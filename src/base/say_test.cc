// SPDX-License-Identifier: Apache-2.0
#include "base/say.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace yk {
namespace {

TEST(SayTest, WritesToStandardError) {
  ::testing::internal::CaptureStderr();
  Say("row {} of {}\n", 3, 7);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "row 3 of 7\n");
}

/// Runs in a process of its own, so that the test's own stderr stays as it is.
template <typename Act>
int ExitOf(Act act) {
  const pid_t child = ::fork();
  if (child == 0) {
    act();
    ::_exit(7);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(SayTest, AFullDiskBehindStandardErrorCostsTheWordsOnly) {
  EXPECT_EQ(ExitOf([] {
              ::dup2(::open("/dev/full", O_WRONLY), STDERR_FILENO);
              for (int i = 0; i < 10'000; ++i) Say("line {}\n", i);
            }),
            7);
}

TEST(SayTest, AReaderThatIsGoneCostsTheWordsOnly) {
  EXPECT_EQ(ExitOf([] {
              ::signal(SIGPIPE, SIG_IGN);
              int ends[2];
              if (::pipe(ends) != 0) ::_exit(1);
              ::close(ends[0]);
              ::dup2(ends[1], STDERR_FILENO);
              for (int i = 0; i < 10'000; ++i) Say("line {}\n", i);
            }),
            7);
}

TEST(SayTest, NoFileGetsTheNumberOfAClosedStandardError) {
  EXPECT_EQ(ExitOf([] {
              ::close(STDERR_FILENO);
              ReserveStandardFiles();
              if (::open("/dev/null", O_WRONLY) <= STDERR_FILENO) ::_exit(1);
              if (::write(STDERR_FILENO, "x", 1) >= 0) ::_exit(2);
            }),
            7);
}

}  // namespace
}  // namespace yk
