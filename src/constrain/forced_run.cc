// SPDX-License-Identifier: Apache-2.0
#include "constrain/forced_run.h"

#include <algorithm>
#include <optional>
#include <string>

namespace yk::constrain {
namespace {

constexpr size_t kTextMax = 2048;       ///< bytes of one run; more comes with the next
constexpr size_t kWideFollowers = 24;   ///< characters beyond ASCII that stand for all of them
constexpr size_t kSecondFollowers = 6;  ///< second characters that stand for all of them
/// Of different kinds for any tokeniser: it tells letters, digits, spaces and marks apart.
constexpr std::string_view kSeconds = "e1 \".,sn0}]:-/";

struct Forced {
  std::string text;
  State after;
  bool complete = false;
};

uint8_t FirstOf(const ByteSet& bytes) {
  uint8_t byte = 0;
  while (!bytes[byte]) ++byte;
  return byte;
}

Forced ForcedText(const Stepper& stepper, const State& state) {
  Forced forced;
  forced.after = state;
  State at_character = state;  // where the last whole character ended
  size_t characters = 0;
  while (forced.text.size() < kTextMax) {
    const ByteSet next = stepper.Next(forced.after, 2);
    if (next.none()) {
      forced.complete = true;
      return forced;
    }
    if (next.count() > 1 || stepper.MayEnd(forced.after)) break;
    const uint8_t byte = FirstOf(next);
    // A byte that begins a character ends the one before it.
    if ((byte & 0xC0) != 0x80) at_character = forced.after, characters = forced.text.size();
    forced.text += static_cast<char>(byte);
    stepper.Step(forced.after, byte);
  }
  const ByteSet next = stepper.Next(forced.after, 1);
  const bool inside = next.any() && (FirstOf(next) & 0xC0) == 0x80;
  if (inside) {
    forced.text.resize(characters);
    forced.after = at_character;
  }
  return forced;
}

/// Calls visit(text, state) for characters that may come next: all of ASCII, and some of the others.
template <typename Visit>
void ForEachFollower(const Stepper& stepper, const State& state, Visit&& visit) {
  size_t wide = 0;
  const auto extend = [&](const auto& self, const State& at, std::string& text, size_t missing) -> void {
    if (missing == 0) {
      ++wide;
      return visit(text, at);
    }
    for (unsigned byte = 0x80; byte < 0xC0 && wide < kWideFollowers; ++byte) {
      State next = at;
      if (!stepper.Step(next, static_cast<uint8_t>(byte))) continue;
      text += static_cast<char>(byte);
      self(self, next, text, missing - 1);
      text.pop_back();
      if (missing == 1) break;  // one of a block stands for all
    }
  };
  const ByteSet firsts = stepper.Next(state);
  for (unsigned byte = 0; byte < 256; ++byte) {
    if (!firsts[byte]) continue;
    State next = state;
    stepper.Step(next, static_cast<uint8_t>(byte));
    std::string text(1, static_cast<char>(byte));
    if (byte < 0x80) {
      visit(text, next);
    } else {
      extend(extend, next, text, byte >= 0xF0 ? 3 : (byte >= 0xE0 ? 2 : 1));
    }
  }
}

class StablePrefix {
 public:
  StablePrefix(const Vocabulary& vocabulary, const Tokenize& tokenize, const std::string& text)
      : vocabulary_(vocabulary), tokenize_(tokenize), text_(text) {}

  /// Keeps what the tokens so far and those of this continuation begin with.
  void Follow(const std::string& what) {
    if (done()) return;
    std::vector<Token> tokens = tokenize_(text_ + what);
    if (!common_) {
      common_ = Within(std::move(tokens));
      return;
    }
    const auto end = std::mismatch(common_->begin(), common_->end(), tokens.begin(), tokens.end()).first;
    common_->erase(end, common_->end());
  }
  bool done() const { return common_ && common_->empty(); }
  std::vector<Token> Take() && { return common_ ? std::move(*common_) : std::vector<Token>(); }

 private:
  /// Those that do not reach beyond the forced text, as long as they write it.
  std::vector<Token> Within(std::vector<Token> tokens) const {
    std::string_view rest = text_;
    size_t count = 0;
    for (; count < tokens.size(); ++count) {
      const std::string_view bytes = vocabulary_.Bytes(tokens[count]);
      if (bytes.empty() || !rest.starts_with(bytes)) break;
      rest.remove_prefix(bytes.size());
    }
    tokens.resize(count);
    return tokens;
  }

  const Vocabulary& vocabulary_;
  const Tokenize& tokenize_;
  const std::string& text_;
  std::optional<std::vector<Token>> common_;
};

}  // namespace

std::vector<Token> ForcedRun(const Stepper& stepper, const Vocabulary& vocabulary, const Tokenize& tokenize,
                             const State& state) {
  const Forced forced = ForcedText(stepper, state);
  // A text that begins within a character is none for a tokeniser.
  if (forced.text.empty() || !tokenize || (forced.text.front() & 0xC0) == 0x80) return {};
  StablePrefix prefix(vocabulary, tokenize, forced.text);
  if (forced.complete) {
    prefix.Follow("");
    return std::move(prefix).Take();
  }
  if (stepper.MayEnd(forced.after)) prefix.Follow("");
  ForEachFollower(stepper, forced.after, [&](const std::string& first, const State& after) {
    if (prefix.done()) return;
    prefix.Follow(first);
    size_t seconds = 0;
    for (const char second : kSeconds) {
      State next = after;
      if (seconds == kSecondFollowers || prefix.done()) break;
      if (!stepper.Step(next, static_cast<uint8_t>(second))) continue;
      prefix.Follow(first + second);
      ++seconds;
    }
  });
  return std::move(prefix).Take();
}

}  // namespace yk::constrain
