// SPDX-License-Identifier: Apache-2.0
#include "sources/mapping_guard.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>

namespace yk::sources {
namespace {

/// Read by the signal handler: atomics only, and no memory that may move.
struct Watched {
  std::atomic<uintptr_t> begin{0}, end{0};
  std::atomic<bool> taken{false}, hit{false};
};
constexpr size_t kWatchedMax = 1024;
std::array<Watched, kWatchedMax> g_watched;

void OnBusError(int signal_number, siginfo_t* info, void*) {
  const auto at = reinterpret_cast<uintptr_t>(info->si_addr);
  for (Watched& one : g_watched) {
    const uintptr_t begin = one.begin.load(std::memory_order_acquire);
    const uintptr_t end = one.end.load(std::memory_order_acquire);
    if (begin == 0 || at < begin || at >= end) continue;
    // From this page on there is no file any more: zeros take its place. mmap is a plain system call here.
    const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
    const uintptr_t from = at / page * page;
    void* zeros =
        ::mmap(reinterpret_cast<void*>(from), end - from, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (zeros == MAP_FAILED) break;
    one.hit.store(true, std::memory_order_release);
    return;
  }
  // Not ours: what would have happened without us happens when the instruction is tried again.
  ::signal(signal_number, SIG_DFL);
}

void InstallOnce() {
  static const bool installed = [] {
    struct sigaction action {};
    action.sa_sigaction = OnBusError;
    action.sa_flags = SA_SIGINFO;
    sigemptyset(&action.sa_mask);
    return ::sigaction(SIGBUS, &action, nullptr) == 0;
  }();
  (void)installed;
}

}  // namespace

int GuardMapping(void* data, size_t size) {
  InstallOnce();
  for (size_t i = 0; i < kWatchedMax; ++i) {
    bool free = false;
    if (!g_watched[i].taken.compare_exchange_strong(free, true)) continue;
    g_watched[i].hit = false;
    g_watched[i].end.store(reinterpret_cast<uintptr_t>(data) + size, std::memory_order_release);
    g_watched[i].begin.store(reinterpret_cast<uintptr_t>(data), std::memory_order_release);
    return static_cast<int>(i);
  }
  return -1;
}

bool MappingWasHit(int guard) { return guard >= 0 && g_watched[static_cast<size_t>(guard)].hit.load(); }

void UnguardMapping(int guard) {
  if (guard < 0) return;
  Watched& one = g_watched[static_cast<size_t>(guard)];
  one.begin.store(0, std::memory_order_release);
  one.end.store(0, std::memory_order_release);
  one.taken.store(false, std::memory_order_release);
}

}  // namespace yk::sources
