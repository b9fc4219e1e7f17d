// SPDX-License-Identifier: Apache-2.0
// The log miner on any bytes, cut into chunks of any size on several threads: lines add up, a visit meets the same
// templates, and the slow miner of the tests finds the same.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "logs/mine.h"
#include "logs/reference_miner_fixture.h"

namespace {

void Promise(bool held, const char* what) {
  if (held) return;
  std::cerr << "broken promise: " << what << "\n";
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  yk::logs::MineOptions options;
  options.chunk_bytes = 8 + data[0] * 4U;
  options.line_bytes_max = 16 + data[1] * 8U;
  options.threads = 1 + data[2] % 3;
  if (data[2] % 4 == 1) options.header = "<Content>";
  if (data[2] % 4 == 2) options.header = R"(<Time> <Component>(\[<Pid>\])?: <Content>)";
  const std::string_view log(reinterpret_cast<const char*>(data) + 3, size - 3);
  const std::vector<yk::logs::LogInput> inputs = {{"log", log}};
  const auto mined = yk::logs::Mine(inputs, options);
  Promise(mined.has_value(), "any bytes are read");
  const yk::logs::LogSummary& s = (*mined)->summary();
  uint64_t counted = s.empty + s.rare.lines;
  for (const auto& t : s.templates) counted += t.count;
  Promise(counted == s.lines, "every line is counted once");
  uint64_t visited = 0;
  (*mined)->Visit({}, [&](const yk::logs::LineEvent& event) {
    ++visited;
    for (const std::string_view slot : event.slots) {
      Promise(slot.data() >= event.content.data() &&
                  slot.data() + slot.size() <= event.content.data() + event.content.size(),
              "a slot's value is part of the content");
    }
    return true;
  });
  Promise(visited == s.lines, "a visit shows every line");
  if (s.charsets[0] == "UTF-8" && s.mask_coarseness == 0) {
    Promise(yk::logs::AsReference(s) == yk::logs::ReferenceMine(log, options), "the slow miner finds the same");
  }
  return 0;
}
