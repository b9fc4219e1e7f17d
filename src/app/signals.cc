// SPDX-License-Identifier: Apache-2.0
#include "app/signals.h"

#include <signal.h>
#include <unistd.h>

#include "base/say.h"

namespace yk::app {
namespace {

constexpr int kInterruptedExit = 130;
constexpr Duration kSameWish = std::chrono::milliseconds(500);

sigset_t Watched() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR2}) ::sigaddset(&set, signal);
  return set;
}

}  // namespace

StopWishes::Wish StopWishes::Take(MonoTime now) {
  if (first_) return now - *first_ < kSameWish ? Wish::kSame : Wish::kStopAtOnce;
  first_ = now;
  return Wish::kStop;
}

SignalWatch::SignalWatch(const Clock& clock) : clock_(clock) {
  const sigset_t set = Watched();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A reader, a closed pipe or a limit on file sizes must not end the process: the failed write says what happened.
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
  thread_ = std::jthread([this](std::stop_token end) {
    const sigset_t watched = Watched();
    while (!end.stop_requested()) {
      int signal = 0;
      if (::sigwait(&watched, &signal) != 0 || signal == SIGUSR2) continue;  // SIGUSR2: the destructor's knock
      const StopWishes::Wish wish = wishes_.Take(clock_.Now());
      if (wish == StopWishes::Wish::kStopAtOnce) ::_exit(kInterruptedExit);
      if (wish == StopWishes::Wish::kSame) continue;
      SayText("\nstopping; what was done is kept. Once more to stop at once\n");
      stop_.request_stop();
    }
  });
}

SignalWatch::~SignalWatch() {
  thread_.request_stop();
  ::pthread_kill(thread_.native_handle(), SIGUSR2);
  thread_.join();
}

}  // namespace yk::app
