// SPDX-License-Identifier: Apache-2.0
#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <string>
#include <thread>

#include "llama/context_compute.h"

namespace yk::llama {
namespace {

/// CPU time the control group grants, in cores; 0: no limit.
int GroupQuota() {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  std::string quota;
  double period = 0;
  if (!(file >> quota >> period) || quota == "max" || period <= 0) return 0;
  return std::max(1, static_cast<int>(std::floor(std::stod(quota) / period)));
}

}  // namespace

int UsableCores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  std::set<std::string> cores;
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) == 0) {
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (!CPU_ISSET(cpu, &allowed)) continue;
      const std::string name = "cpu" + std::to_string(cpu);
      std::ifstream file("/sys/devices/system/cpu/" + name + "/topology/thread_siblings_list");
      std::string siblings;
      // Two hyper-threads share one unit for arithmetic: a second thread there gains nothing.
      cores.insert(file >> siblings ? siblings : name);
    }
  }
  int count = cores.empty() ? static_cast<int>(std::thread::hardware_concurrency()) : static_cast<int>(cores.size());
  if (const int quota = GroupQuota(); quota > 0) count = std::min(count, quota);
  return std::max(1, count);
}

}  // namespace yk::llama
