// SPDX-License-Identifier: Apache-2.0
#include "llama/worker_program.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace yk::llama {

Result<std::filesystem::path> FindModelProgram(std::filesystem::path program) {
  std::error_code error;
  if (program.empty()) {
    const char* named = std::getenv("YAKAN_MODEL");
    program = named != nullptr && *named != '\0'
                  ? std::filesystem::path(named)
                  : std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "yakan-model";
  }
  if (std::filesystem::exists(program, error)) return program;
  return Fail(Code::kNotFound,
              "the program yakan-model, which runs model files, was not found at {}; install it beside "
              "yakan or name it in the environment variable YAKAN_MODEL",
              program.string());
}

std::vector<std::string> ModelEnvironment() {
  // Threads that wait for the others sleep, after some millionths of a second. When they spin and the machine does
  // something else too, one that was put aside stalls the rest: measured three to eight times slower; asleep at once,
  // two threads are a tenth slower than they could be. OpenMP reads this before main.
  std::vector<std::string> out{"GGML_NO_BACKTRACE=1", "OMP_WAIT_POLICY=passive", "GOMP_SPINCOUNT=1000",
                               "OMP_THREAD_LIMIT=1024"};
  static constexpr const char* kPrefixes[] = {
      "HOME=", "XDG_",  "PATH=", "LD_LIBRARY_PATH=", "CUDA_",   "HIP_",          "ROCR_",
      "HSA_",  "GGML_", "VK_",   "YAKAN_MODEL_",     "TMPDIR=", "TSAN_OPTIONS=", "UBSAN_OPTIONS="};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    for (const char* prefix : kPrefixes) {
      if (text.starts_with(prefix)) out.emplace_back(text);
    }
  }
  return out;
}

}  // namespace yk::llama
