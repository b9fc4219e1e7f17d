// SPDX-License-Identifier: Apache-2.0
// Any text as a schema, and answers written under it by any choices: never a dead end, and a whole answer is valid.
// The schema ends at the first NUL byte; behind it each byte chooses one of the bytes that may come next.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "base/json.h"
#include "constrain/grammar.h"
#include "constrain/stepper.h"
#include "text/schema.h"

namespace {

using yk::constrain::ByteSet;

constexpr size_t kAnswerBytesMax = 4000;

void Promise(bool held, const char* what, std::string_view answer = {}) {
  if (held) return;
  std::cerr << "broken promise: " << what << "\n" << answer << "\n";
  std::abort();
}

/// Without a choice: what closes things, so that the answer ends.
uint8_t Choose(const ByteSet& next, std::string_view& choices) {
  for (const char closing : {'"', ']', '}'}) {
    if (choices.empty() && next[static_cast<uint8_t>(closing)]) return static_cast<uint8_t>(closing);
  }
  size_t skip = choices.empty() ? 0 : static_cast<uint8_t>(choices.front()) % next.count();
  if (!choices.empty()) choices.remove_prefix(1);
  for (unsigned byte = 0; byte < 256; ++byte) {
    if (next[byte] && skip-- == 0) return static_cast<uint8_t>(byte);
  }
  return 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(bytes.find('\0'), bytes.size());
  std::string_view choices = bytes.substr(std::min(end + 1, bytes.size()));
  const auto schema = yk::ParseJson(bytes.substr(0, end));
  if (!schema) return 0;
  const bool compact = size % 2 == 0;
  const auto grammar = yk::constrain::Grammar::Compile(*schema, {.compact = compact, .nesting_max = 4});
  const auto checker = yk::text::JsonSchema::Compile(*schema);
  if (!grammar) {
    Promise(!grammar.error().message.empty(), "an error says why");
    return 0;
  }
  Promise(checker.has_value(), "what the validator refuses is refused");
  const yk::constrain::Stepper stepper((*grammar)->rules());
  auto state = stepper.Start();
  std::string answer;
  while (answer.size() < kAnswerBytesMax) {
    const ByteSet next = stepper.Next(state);
    if (stepper.MayEnd(state) && (next.none() || choices.empty())) break;
    Promise(next.any(), "an answer can always go on or end", answer);
    const uint8_t byte = Choose(next, choices);
    answer += static_cast<char>(byte);
    Promise(stepper.Step(state, byte), "what may come next is taken", answer);
  }
  if (!stepper.MayEnd(state)) return 0;
  const auto value = yk::ParseJson(answer);
  Promise(value.has_value(), "a whole answer is JSON", answer);
  if (!(*grammar)->unenforced().empty()) return 0;
  const auto violations = (*checker)->Validate(*value);
  const bool gave_up = !violations.empty() && violations.front().keyword == "limit";
  Promise(violations.empty() || gave_up, "a whole answer is valid", answer);
  return 0;
}
