// SPDX-License-Identifier: Apache-2.0
#include "builtin/party_name.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "text/utf8.h"

namespace yk::builtin {
namespace {

constexpr size_t kNameLongest = 110;  // bytes

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// White space, punctuation and joining words between parties.
size_t SkipJoints(std::string_view text, text::Range where) {
  static constexpr std::array<std::string_view, 11> kJoints = {"and",    "And",  "AND", "by",  "between", "among",
                                                               "either", "with", "(1)", "(2)", "(3)"};
  size_t at = where.begin;
  while (at < where.end) {
    if (IsBlank(text[at]) || std::string_view(",;:.-*|&\"_").find(text[at]) != std::string_view::npos) {
      ++at;
      continue;
    }
    const std::string_view rest = text.substr(at, where.end - at);
    const auto joint = std::find_if(kJoints.begin(), kJoints.end(), [&](auto word) {
      return rest.starts_with(word) &&
             (rest.size() == word.size() || IsBlank(rest[word.size()]) || rest[word.size()] == ':');
    });
    if (joint == kJoints.end()) break;
    at += joint->size();
  }
  return at;
}

struct Word {
  text::Range range;
  bool capital = false;
  bool small = false;  ///< of, and, the …: inside names only
  bool stops = false;  ///< a comma or the like follows
};

std::vector<Word> WordsOf(std::string_view text, text::Range where) {
  static constexpr std::array<std::string_view, 8> kSmall = {"of", "and", "the", "de", "for", "&", "d/b/a", "du"};
  std::vector<Word> out;
  size_t at = where.begin;
  while (at < where.end) {
    size_t breaks = 0;
    while (at < where.end && IsBlank(text[at])) breaks += text[at++] == '\n' ? 1 : 0;
    if (breaks >= 2 && !out.empty()) out.back().stops = true;
    size_t end = at;
    while (end < where.end && !IsBlank(text[end]) &&
           std::string_view("(),;:\"").find(text[end]) == std::string_view::npos)
      ++end;
    if (end == at) {
      if (!out.empty()) out.back().stops = true;
      ++at;
      continue;
    }
    const std::string_view word = text.substr(at, end - at);
    const auto first = static_cast<unsigned char>(word.front());
    out.push_back({{at, end},
                   std::isupper(first) != 0 || first >= 0x80 || (std::isdigit(first) != 0 && word.size() > 1),
                   std::find(kSmall.begin(), kSmall.end(), word) != kSmall.end(),
                   false});
    at = end;
  }
  return out;
}

bool LooksLikeName(std::string_view text, text::Range range) {
  static constexpr std::array<std::string_view, 20> kNever = {
      "This", "The",  "Agreement", "THIS", "AGREEMENT", "Effective", "Date",   "Section", "Article", "WHEREAS",
      "Each", "Both", "Party",     "each", "Parties",   "You",       "Parent", "In",      "Exhibit", "It"};
  const std::string_view name = text.substr(range.begin, range.size());
  if (range.size() < 3 || range.size() > kNameLongest) return false;
  if (std::find(kNever.begin(), kNever.end(), name) != kNever.end()) return false;
  // "VA 22150", "New York 10017": the end of an address.
  const size_t space = name.rfind(' ');
  const std::string_view last = space == std::string_view::npos ? name : name.substr(space + 1);
  const bool digits = std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
  return !digits && !name.starts_with("This ") && !name.starts_with("The Part") && !name.starts_with("the ");
}

bool StandsTwice(std::string_view text, text::Range range) {
  const std::string_view name = text.substr(range.begin, range.size());
  if (name.find('\n') != std::string_view::npos) return false;
  const size_t first = text.find(name);
  return first != std::string_view::npos && text.find(name, first + name.size()) != std::string_view::npos;
}

const Candidate* OrganisationFrom(Reading& reading, size_t from) {
  const std::vector<Candidate>& all = reading.Candidates(Kind::kOrganisation);
  const auto at = std::lower_bound(all.begin(), all.end(), from,
                                   [](const Candidate& c, size_t begin) { return c.range.begin < begin; });
  return at == all.end() ? nullptr : &*at;
}

}  // namespace

std::optional<text::Range> FirstOrganisation(Reading& reading, text::Range where) {
  const Candidate* found = OrganisationFrom(reading, where.begin);
  if (found == nullptr || found->range.end > where.end) return std::nullopt;
  return found->range;
}

std::optional<text::Range> NameAtStart(Reading& reading, text::Range where) {
  const std::string_view text = reading.text();
  const size_t start = SkipJoints(text, where);
  if (start >= where.end) return std::nullopt;
  const std::optional<text::Range> organisation = FirstOrganisation(reading, {start, where.end});
  if (organisation && organisation->begin <= start + 5) return organisation;
  std::vector<Word> words = WordsOf(text, {start, std::min(where.end, start + 2 * kNameLongest)});
  size_t count = 0;
  while (count < words.size() && (words[count].capital || words[count].small)) {
    ++count;
    if (words[count - 1].stops) break;
  }
  while (count > 0 && !words[count - 1].capital) --count;
  if (count == 0) return std::nullopt;
  const text::Range name{words.front().range.begin, words[count - 1].range.end};
  if (organisation && organisation->begin < name.end && organisation->begin < start + 40) return organisation;
  if (!LooksLikeName(text, name)) return std::nullopt;
  return name;
}

std::optional<text::Range> NameAtEnd(Reading& reading, text::Range where) {
  const std::string_view text = reading.text();
  while (where.end > where.begin && (IsBlank(text[where.end - 1]) || text[where.end - 1] == ',')) --where.end;
  const std::vector<Candidate>& all = reading.Candidates(Kind::kOrganisation);
  const auto after = std::upper_bound(all.begin(), all.end(), where.end,
                                      [](size_t end, const Candidate& c) { return end < c.range.end; });
  if (after != all.begin()) {
    const text::Range last = (after - 1)->range;
    if (last.begin >= where.begin && where.end - last.end <= 3) return last;
    // 有限会社みなと情報工房: a particle inside a name ends it too early; the whole stands elsewhere too.
    const text::Range whole{last.begin, where.end};
    if (last.begin >= where.begin && where.end - last.end <= 45 && StandsTwice(text, whole)) return whole;
  }
  std::vector<Word> words =
      WordsOf(text, {std::max(where.begin, where.end - std::min(where.end, 2 * kNameLongest)), where.end});
  size_t first = words.size();
  while (first > 0 && (words[first - 1].capital || words[first - 1].small)) {
    if (first < words.size() && words[first - 1].stops) break;
    --first;
  }
  while (first < words.size() && !words[first].capital) ++first;
  if (words.size() - first < 2) return std::nullopt;
  const text::Range name{words[first].range.begin, words.back().range.end};
  if (!LooksLikeName(text, name)) return std::nullopt;
  return name;
}

}  // namespace yk::builtin
