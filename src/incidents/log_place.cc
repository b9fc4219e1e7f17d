// SPDX-License-Identifier: Apache-2.0
#include "incidents/log_place.h"

#include <fmt/format.h>

namespace yk::incidents {

std::pair<size_t, uint64_t> InFile(const Subject& subject, uint64_t line) {
  const auto& before = subject.lines_before;
  size_t file = 0;
  while (file + 1 < before.size() && line > before[file + 1]) ++file;
  return {file, line - (file < before.size() && line > before[file] ? before[file] : 0)};
}

std::string PlaceText(const Subject& subject, uint64_t line) {
  if (subject.names.size() < 2 || subject.lines_before.size() != subject.names.size())
    return fmt::format("line {}", line);
  const auto [file, number] = InFile(subject, line);
  return fmt::format("{}:{}", subject.names[file], number);
}

}  // namespace yk::incidents
