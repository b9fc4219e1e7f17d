// SPDX-License-Identifier: Apache-2.0
#include "base/say.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

namespace yk {

void SayText(std::string_view text) noexcept {
  (void)std::fwrite(text.data(), 1, text.size(), stderr);
  (void)std::fflush(stderr);
}

void ReserveStandardFiles() {
  for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // The lowest free number is `file`: those before it are open by now.
    if (::fcntl(file, F_GETFD) < 0) (void)::open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace yk
