// SPDX-License-Identifier: Apache-2.0
#include "text/tolerant_json.h"

#include <algorithm>
#include <optional>

#include "base/json_digits.h"
#include "text/tolerant_json_parser.h"

namespace yk::text {
namespace {

constexpr size_t kMembersMax = 1000;
constexpr std::string_view kFence = "```";

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// Whether the strict parser can take the text in linear time and bounded depth. Its objects look keys up linearly.
bool IsModest(std::string_view text, size_t depth_max) {
  std::vector<size_t> commas{0};
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (commas.size() > depth_max) return false;
      // Only objects are counted; a list may be as long as it likes.
      commas.push_back(c == '{' ? 0 : SIZE_MAX);
    } else if (c == '}' || c == ']') {
      if (commas.size() > 1) commas.pop_back();
    } else if (c == ',' && commas.back() != SIZE_MAX && ++commas.back() > kMembersMax) {
      return false;
    }
  }
  return true;
}

std::optional<Json> Strict(std::string_view text, size_t depth_max) {
  if (text.empty() || !IsModest(text, depth_max)) return std::nullopt;
  // What no number can hold keeps its digits, as text: the schema says whether that is what was wanted.
  auto value = ParseJsonKeepingDigits(text);
  if (!value) return std::nullopt;
  return std::move(*value);
}

/// What is left when thinking aloud is removed; the tags stand before the answer, and some servers swallow the first.
std::string_view WithoutThinking(std::string_view text) {
  constexpr std::string_view kOpen = "<think>", kClose = "</think>";
  while (true) {
    text = Trimmed(text);
    const auto close = text.find(kClose);
    if (text.starts_with(kOpen)) {
      if (close == std::string_view::npos) return {};
      text.remove_prefix(close + kClose.size());
    } else if (close != std::string_view::npos && text.find(kOpen) > close &&
               text.find_first_of("{[", close) != std::string_view::npos) {
      text.remove_prefix(close + kClose.size());
    } else {
      return text;
    }
  }
}

/// A value found in the prose.
struct Candidate {
  Json value;
  size_t start = 0;
  size_t length = 0;
  bool fenced = false;
  bool cut = false;
  std::vector<std::string> repairs;

  /// Fenced before loose, objects before lists, something before nothing.
  int Rank() const { return (value.empty() ? 0 : 4) + (fenced ? 2 : 0) + (value.is_object() ? 1 : 0); }
};

class Finder {
 public:
  Finder(std::string_view text, size_t depth_max) : text_(text), parser_(text, depth_max) {}

  /// Tries every bracket that is not inside a value already read. Work is bounded by a multiple of the text.
  void Run() {
    const uint64_t budget = 8 * static_cast<uint64_t>(text_.size()) + 4096;
    bool fenced = false;
    for (size_t at = 0; at < text_.size();) {
      const auto here = text_.substr(at);
      if (here.starts_with(kFence)) {
        fenced = !fenced;
        at += kFence.size();
      } else if (here.front() == '{' || here.front() == '[' || here.starts_with("｛") || here.starts_with("［")) {
        if (parser_.bytes_read() > budget) return;
        at = Try(at, fenced);
      } else {
        ++at;
      }
    }
  }

  /// The one to take; see the header. nullptr when there is none.
  Candidate* Best() {
    int rank = -1;
    size_t longest = 0;
    for (const auto& candidate : found_) rank = std::max(rank, candidate.Rank());
    for (const auto& candidate : found_) {
      if (candidate.Rank() == rank) longest = std::max(longest, candidate.length);
    }
    Candidate* best = nullptr;
    for (auto& candidate : found_) {
      if (candidate.Rank() != rank) continue;
      ++choices_;
      if (candidate.length * 2 >= longest) best = &candidate;
    }
    // Next to a large broken value the small sound one is an example or a part, not the answer.
    return best && broken_longest_ * 2 > best->length ? nullptr : best;
  }

  size_t choices() const { return choices_; }
  const TolerantParser& parser() const { return parser_; }

 private:
  size_t Try(size_t at, bool fenced) {
    Candidate candidate;
    candidate.start = at;
    candidate.fenced = fenced;
    const ParseEnd end = parser_.Read(at, candidate.value);
    // A lone bracket in the prose.
    if (end != ParseEnd::kDone && !parser_.committed()) return at + 1;
    if (end == ParseEnd::kBad) {
      // A part of a broken value must never be taken for the whole answer: everything up to its close is passed over.
      const size_t close = SkipBrackets(at);
      broken_longest_ = std::max(broken_longest_, close - at);
      return close;
    }
    candidate.cut = end == ParseEnd::kCut;
    candidate.length = parser_.position() - at;
    candidate.repairs.assign(parser_.repairs().begin(), parser_.repairs().end());
    found_.push_back(std::move(candidate));
    return parser_.position();
  }

  /// The place after the bracket that closes the one at `at`, by counting; the end of the text when none does.
  size_t SkipBrackets(size_t at) const {
    size_t depth = 1;  // the bracket at `at`, which may be a full-width one
    bool in_string = false;
    for (++at; at < text_.size(); ++at) {
      const char c = text_[at];
      if (in_string) {
        if (c == '\\') {
          ++at;
        } else if (c == '"') {
          in_string = false;
        }
      } else if (c == '"') {
        in_string = true;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        return at + 1;
      }
    }
    return text_.size();
  }

  std::string_view text_;
  TolerantParser parser_;
  std::vector<Candidate> found_;
  size_t choices_ = 0;
  size_t broken_longest_ = 0;
};

std::string Place(std::string_view text, size_t at) {
  const auto before = text.substr(0, std::min(at, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto start = before.rfind('\n');
  return fmt::format("line {}, column {}", line, before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1);
}

Failure NothingFound(std::string_view text, const Finder& finder) {
  if (!finder.parser().problem().empty()) {
    return Fail(Code::kInvalid, "the answer is not JSON: {} ({})", finder.parser().problem(),
                Place(text, finder.parser().problem_at()));
  }
  if (text.find_first_of("{[") != std::string_view::npos) {
    return Fail(Code::kInvalid, "the answer breaks off before any JSON value is complete");
  }
  return Fail(Code::kInvalid, "the answer holds no JSON object or list");
}

/// Invalid UTF-8 replaced; JSON text must be UTF-8 and strings are cut out of it byte by byte.
std::string Sanitised(std::string_view text) {
  auto value = ParseJson(DumpJson(Json(std::string(text))));
  return value ? value->get<std::string>() : std::string();
}

Result<TolerantJson> ReadTolerant(std::string_view answer, TolerantOptions options) {
  TolerantJson result;
  const std::string_view text = WithoutThinking(answer);
  if (text.empty()) {
    return Fail(Code::kInvalid, answer.empty() ? "the answer is empty" : "the answer holds nothing but thinking aloud");
  }
  if (text.size() != answer.size()) {
    result.repairs.emplace_back("removed thinking aloud");
    if (auto value = Strict(text, options.depth_max)) {
      result.value = std::move(*value);
      return result;
    }
  }
  Finder finder(text, options.depth_max);
  finder.Run();
  Candidate* best = finder.Best();
  if (!best) return NothingFound(text, finder);
  if (best->fenced) result.repairs.emplace_back("removed a code fence");
  if (!best->fenced && best->start > 0) result.repairs.emplace_back("removed text before the JSON");
  if (!best->fenced && !best->cut && best->start + best->length < text.size()) {
    result.repairs.emplace_back("removed text after the JSON");
  }
  if (finder.choices() > 1) {
    result.repairs.push_back(fmt::format("took one of {} JSON values in the answer", finder.choices()));
  }
  result.repairs.insert(result.repairs.end(), best->repairs.begin(), best->repairs.end());
  if (best->cut) {
    result.closed_by_us = true;
    result.repairs.emplace_back("closed an answer that broke off");
  }
  result.value = std::move(best->value);
  return result;
}

/// Some models answer with their JSON as a JSON string.
void Unwrap(TolerantJson& result, size_t depth_max) {
  if (!result.value.is_string()) return;
  const auto inner = Trimmed(result.value.get_ref<const std::string&>());
  if (!inner.starts_with('{') && !inner.starts_with('[')) return;
  if (auto value = Strict(inner, depth_max)) {
    result.value = std::move(*value);
    result.repairs.emplace_back("unwrapped JSON given as a text");
  }
}

}  // namespace

Result<TolerantJson> ParseTolerantJson(std::string_view answer, TolerantOptions options) {
  if (answer.size() > options.bytes_max) {
    return Fail(Code::kInvalid, "the answer has {} bytes, more than the {} that are read", answer.size(),
                options.bytes_max);
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (answer.starts_with(kByteOrderMark)) answer.remove_prefix(kByteOrderMark.size());
  answer = Trimmed(answer);
  try {
    if (auto value = Strict(answer, options.depth_max)) {
      TolerantJson result{std::move(*value), {}, false};
      Unwrap(result, options.depth_max);
      return result;
    }
    const std::string clean = Sanitised(answer);
    auto result = ReadTolerant(Trimmed(clean), options);
    if (result && clean != answer) result->repairs.emplace_back("replaced bytes that are not UTF-8");
    return result;
  } catch (const std::exception& error) {
    return Fail(Code::kInternal, "the answer could not be read: {}", error.what());
  }
}

}  // namespace yk::text
