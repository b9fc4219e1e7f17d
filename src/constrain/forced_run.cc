// SPDX-License-Identifier: Apache-2.0
#include "constrain/forced_run.h"

#include <algorithm>
#include <optional>
#include <string>

namespace yk::constrain {
namespace {

constexpr size_t kTextMax = 2048;       ///< bytes of one run; more comes with the next
constexpr size_t kWideFollowers = 128;  ///< characters beyond ASCII that are tried
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

struct Follower {
  std::string text;
  State after;
};

/// Characters that begin with the bytes of `begun`, of which `missing` more are to come; at most `room` of them.
void AddWide(const Stepper& stepper, const Follower& begun, size_t missing, size_t room, std::vector<Follower>& out) {
  const size_t full = out.size() + room;
  for (unsigned byte = 0x80; byte < 0xC0 && out.size() < full; ++byte) {
    Follower next = begun;
    if (!stepper.Step(next.after, static_cast<uint8_t>(byte))) continue;
    next.text += static_cast<char>(byte);
    if (missing == 1) {
      out.push_back(std::move(next));
    } else {
      AddWide(stepper, next, missing - 1, full - out.size(), out);
    }
  }
}

/// Characters that may come next: all of ASCII, and of the others as many as can be tried, of each first byte some.
std::vector<Follower> Followers(const Stepper& stepper, const State& state) {
  std::vector<Follower> followers;
  const ByteSet firsts = stepper.Next(state);
  const size_t wide = (firsts >> 0x80).count();
  for (unsigned byte = 0; byte < 256; ++byte) {
    if (!firsts[byte]) continue;
    Follower begun{std::string(1, static_cast<char>(byte)), state};
    stepper.Step(begun.after, static_cast<uint8_t>(byte));
    if (byte < 0x80) {
      followers.push_back(std::move(begun));
    } else {
      const size_t missing = byte >= 0xF0 ? 3 : (byte >= 0xE0 ? 2 : 1);
      AddWide(stepper, begun, missing, std::max<size_t>(kWideFollowers / wide, 1), followers);
    }
  }
  return followers;
}

/// Some of different kinds.
std::vector<std::string> SecondFollowers(const Stepper& stepper, const State& state) {
  std::vector<std::string> texts;
  for (const char second : kSeconds) {
    State after = state;
    if (texts.size() < kSecondFollowers && stepper.Step(after, static_cast<uint8_t>(second))) {
      texts.emplace_back(1, second);
    }
  }
  if (!texts.empty()) return texts;
  for (const Follower& follower : Followers(stepper, state)) {
    if (texts.size() < kSecondFollowers) texts.push_back(follower.text);
  }
  return texts;
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
  for (const Follower& first : Followers(stepper, forced.after)) {
    prefix.Follow(first.text);
    if (prefix.done()) break;
    for (const auto& second : SecondFollowers(stepper, first.after)) prefix.Follow(first.text + second);
  }
  return std::move(prefix).Take();
}

}  // namespace yk::constrain
