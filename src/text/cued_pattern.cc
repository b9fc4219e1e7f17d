// SPDX-License-Identifier: Apache-2.0
#include "text/cued_pattern.h"

#include <re2/re2.h>

#include <algorithm>

#include "text/pattern.h"
#include "text/schema_formats.h"

namespace yk::text {
namespace {

constexpr size_t kFoundMax = 1000;  // of one cue in one text
constexpr size_t kBehindLead = 20;  // a value behind its cue may be so many bytes farther than one before it
constexpr int64_t kProgramBytes = 8 << 20;

struct Cue {
  std::unique_ptr<re2::RE2> expression;
  bool grouped = false;  ///< its first group holds the value
  bool words = false;
};

Result<std::unique_ptr<re2::RE2>> Compile(const std::string& expression) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kProgramBytes);
  auto compiled = std::make_unique<re2::RE2>(expression, options);
  if (compiled->ok()) return compiled;
  return Fail(Code::kInvalid, "the expression /{}/ cannot be read: {}", expression, compiled->error());
}

std::string WithoutAnchors(std::string pattern) {
  if (pattern.starts_with('^')) pattern.erase(0, 1);
  if (pattern.ends_with('$') && !pattern.ends_with("\\$")) pattern.pop_back();
  return pattern;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// Neither end continues in the text. Letters beyond ASCII may touch: Japanese puts no space around a code.
bool StandsAlone(std::string_view text, Range range) {
  if (range.begin > 0) {
    const char before = text[range.begin - 1];
    if (IsDigit(before) || IsLetter(before) || before == '@') return false;
    const bool joint = before == '.' || before == '-' || before == ':' || before == '/';
    if (joint && range.begin > 1 && (IsDigit(text[range.begin - 2]) || IsLetter(text[range.begin - 2])) &&
        before != ':')
      return false;
    if (before == ':' && range.begin > 1 && IsDigit(text[range.begin - 2])) return false;
  }
  if (range.end < text.size()) {
    const char after = text[range.end];
    if (IsDigit(after) || IsLetter(after) || after == '@') return false;
    const bool joint = after == '.' || after == ':' || after == '/';
    if (joint && range.end + 1 < text.size() && IsDigit(text[range.end + 1])) return false;
  }
  return true;
}

}  // namespace

struct CuedPattern::State {
  std::unique_ptr<re2::RE2> value;
  std::vector<Cue> cues;

  /// The first (or last) value in a range that stands alone there.
  std::optional<Range> In(std::string_view text, Range range, bool last) const {
    std::optional<Range> found;
    ForEachMatch<1>(*value, text.substr(0, range.end), range.begin, [&](const Groups<1>& groups) {
      const Range match = RangeOf(text, groups[0]);
      if ((found && !last) || match.empty() || !StandsAlone(text, match)) return;
      found = match;
    });
    return found;
  }

  template <size_t kGroups, typename Visit>
  static void ForEachMatch(const re2::RE2& pattern, std::string_view text, size_t from, Visit visit) {
    const re2::StringPiece piece(text.data(), text.size());
    Groups<kGroups> groups;
    while (from <= text.size() &&
           pattern.Match(piece, from, text.size(), re2::RE2::UNANCHORED, groups.data(), kGroups)) {
      visit(groups);
      const Range whole = RangeOf(text, groups[0]);
      from = whole.empty() ? whole.end + 1 : whole.end;
    }
  }

  /// The first value from where the cue begins to the end of the line it ends on.
  std::optional<Range> From(std::string_view text, Range cue, Range within) const {
    return In(text, {cue.begin, std::min(text.find('\n', cue.end), within.end)}, false);
  }

  std::optional<Range> Near(std::string_view text, Range cue, Range within) const {
    const size_t end = std::min(text.find('\n', cue.end), within.end);
    size_t begin = cue.begin == 0 ? std::string_view::npos : text.rfind('\n', cue.begin - 1);
    begin = std::max(begin == std::string_view::npos ? 0 : begin + 1, within.begin);
    const auto behind = In(text, {cue.end, end}, false);
    const auto before = In(text, {begin, cue.begin}, true);
    if (behind && before && cue.begin - before->end + kBehindLead < behind->begin - cue.end) return before;
    if (behind) return behind;
    // A label whose value stands below it.
    const bool rest_blank = text.substr(cue.end, end - cue.end).find_first_not_of(" \t:") == std::string_view::npos;
    if (rest_blank && end < within.end) {
      const size_t next = std::min(text.find('\n', end + 1), within.end);
      if (auto found = In(text, {end + 1, next}, false)) return found;
    }
    return before;
  }
};

CuedPattern::CuedPattern() : state_(std::make_unique<State>()) {}
CuedPattern::~CuedPattern() = default;

size_t CuedPattern::cues() const { return state_->cues.size(); }

Result<std::shared_ptr<const CuedPattern>> CuedPattern::Make(const std::string& pattern,
                                                             const std::vector<std::string>& cues) {
  auto out = std::shared_ptr<CuedPattern>(new CuedPattern());
  YK_TRY(out->state_->value, Compile(PatternForRe2(WithoutAnchors(pattern))));
  for (const std::string& cue : cues) {
    Cue made;
    made.words = !(cue.size() > 2 && cue.starts_with('/') && cue.ends_with('/'));
    const std::string expression = made.words ? re2::RE2::QuoteMeta(cue) : PatternForRe2(cue.substr(1, cue.size() - 2));
    YK_TRY(made.expression, Compile("(?im)" + expression));
    made.grouped = made.expression->NumberOfCapturingGroups() > 0;
    out->state_->cues.push_back(std::move(made));
  }
  return std::shared_ptr<const CuedPattern>(std::move(out));
}

std::vector<Range> CuedPattern::All(std::string_view text, Range within, size_t cue) const {
  std::vector<Range> out;
  const Cue& by = state_->cues[cue];
  within.end = std::min(within.end, text.size());
  State::ForEachMatch<2>(*by.expression, text.substr(0, within.end), within.begin, [&](const Groups<2>& groups) {
    if (out.size() >= kFoundMax) return;
    std::optional<Range> found;
    if (by.grouped) {
      const std::string_view held = View(groups[1]);
      if (!held.empty() && re2::RE2::FullMatch(re2::StringPiece(held.data(), held.size()), *state_->value)) {
        found = RangeOf(text, groups[1]);
      }
    } else {
      const Range place = RangeOf(text, groups[0]);
      found = by.words ? state_->Near(text, place, within) : state_->From(text, place, within);
    }
    if (found && std::find(out.begin(), out.end(), *found) == out.end()) out.push_back(*found);
  });
  return out;
}

std::optional<CuedPattern::Found> CuedPattern::First(std::string_view text, const std::vector<Range>& within) const {
  for (size_t cue = 0; cue < cues(); ++cue) {
    for (const Range& range : within) {
      const std::vector<Range> found = All(text, range, cue);
      if (!found.empty()) return Found{found.front(), cue};
    }
  }
  return std::nullopt;
}

}  // namespace yk::text
