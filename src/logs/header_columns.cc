// SPDX-License-Identifier: Apache-2.0
#include "logs/header_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "logs/brackets.h"
#include "logs/bytes.h"
#include "logs/level.h"
#include "logs/timestamp.h"

namespace yk::logs {
namespace {

constexpr size_t kColumnsMax = 10;
constexpr size_t kFewValues = 32;

bool IsNumber(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit); }

/// What one column looks like over all lines.
struct Look {
  size_t lines = 0, brackets = 0, levels = 0, letters = 0, colons = 0, with_pid = 0, with_address = 0, dashes = 0,
         numbers = 0, times = 0, padded = 0, digits = 0, glued = 0, closers = 0;
  const Bracket* pair = nullptr;  ///< what stands around the first of them
  std::set<std::string_view> values;
  std::map<char, size_t> tails;

  void Add(const Column& column, int year) {
    ++lines;
    const std::string_view text = column.text;
    const std::string_view bare = Bare(text);
    brackets += column.bracket;
    glued += column.glued;
    if (pair == nullptr && column.bracket) pair = BracketAt(text);
    // "order.go:12]": the end of a head that no bracket opens.
    closers += text.size() > 2 && text.back() == ']' && text.find('[') == std::string_view::npos &&
               text.find(':') != std::string_view::npos;
    levels += LevelOf(bare) != Level::kNone;
    letters += bare.size() == 1 && LevelOf(bare, true) != Level::kNone;
    const bool colon = text.size() > 1 && text.back() == ':' && IsLetter(text[0]);
    colons += colon;
    with_pid += colon && text.size() > 3 && text[text.size() - 2] == ']' && text.find('[') != std::string_view::npos;
    with_address +=
        colon && text.size() > 3 && text[text.size() - 2] == ')' && text.find("] (") != std::string_view::npos;
    dashes += text == "-" || text == "--" || text == "|";
    numbers += IsNumber(bare);
    const TimeMatch time = ReadTime(bare, year);
    times += time.found() && time.bytes == bare.size() && IsSureForm(time.form) && HasDate(time.form);
    padded += column.padded;
    digits += std::any_of(bare.begin(), bare.end(), IsDigit);
    if (values.size() <= kFewValues) values.insert(bare);
    ++tails[text.back()];
  }
  bool Nearly(size_t n) const { return lines > 0 && n * 20 >= lines * 19; }
  bool few() const { return values.size() <= kFewValues; }
  bool level() const { return Nearly(levels) || (Nearly(letters) && values.size() >= 2); }
  bool strong() const {
    return Nearly(brackets) || level() || Nearly(colons) || Nearly(dashes) || Nearly(times) || Nearly(closers) ||
           (Nearly(padded) && few() && !Nearly(numbers));
  }
  /// The mark that ends nearly all of them; 0 when there is none.
  char tail() const {
    if (Nearly(closers)) return ']';
    for (const char c : {':', ',', ';'}) {
      const auto found = tails.find(c);
      if (found != tails.end() && Nearly(found->second)) return c;
    }
    return '\0';
  }
};

class Names {
 public:
  std::string Unique(const std::string& name) {
    const size_t n = ++used_[name];
    return n == 1 ? name : name + std::to_string(n);
  }

 private:
  std::map<std::string, size_t> used_;
};

std::string NameOf(const Look& look, bool component_follows, bool first) {
  if (look.level()) return "Level";
  if (look.Nearly(look.times)) return "Time";
  if (look.Nearly(look.numbers)) return "Pid";
  if (look.Nearly(look.closers)) return "Component";
  if (look.Nearly(look.brackets)) {
    if (!look.few() && look.digits * 2 > look.lines) return "Request";
    return component_follows ? "Thread" : "Component";
  }
  if (component_follows) return first ? "Host" : "Field";
  return look.few() ? "Component" : "Field";
}

}  // namespace

std::string EscapeFormat(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\[](){}<>|?+*.^$").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

/// "kernel[0] (0x12): text": the end of the part in round brackets, which belongs to the name; 0 when there is none.
static size_t AfterAddress(std::string_view rest, size_t at) {
  if (at + 1 >= rest.size() || rest[at] != ' ' || rest[at + 1] != '(') return 0;
  const size_t end = rest.find_first_of(" )", at + 2);
  return end + 1 < rest.size() && rest[end] == ')' && rest[end + 1] == ':' ? end + 2 : 0;
}

/// Behind the partner of the bracket at `at`; `at` when it does not close.
static size_t EndOfBracket(std::string_view rest, size_t at, const Bracket& pair) {
  int depth = 0;
  for (size_t i = at; i < rest.size(); ++i) {
    depth += rest.substr(i).starts_with(pair.open);
    if (!rest.substr(i).starts_with(pair.close)) continue;
    if (--depth == 0) return i + pair.close.size();
  }
  return at;
}

/// Whether what stands right behind a bracket is a column of its own: another bracket, or text.
static bool BeginsColumn(std::string_view rest) {
  return BracketAt(rest) != nullptr || (ClassOf(rest[0]) & (kLetter | kHigh)) != 0;
}

std::vector<Column> CutColumns(std::string_view rest, size_t max) {
  std::vector<Column> out;
  size_t at = 0;
  while (out.size() < max) {
    while (at < rest.size() && IsSpace(rest[at])) ++at;
    if (at >= rest.size()) break;
    size_t end = at;
    const Bracket* const pair = BracketAt(rest.substr(at));
    if (pair != nullptr) end = EndOfBracket(rest, at, *pair);
    bool bracket = end > at;
    const bool glued = bracket && end < rest.size() && BeginsColumn(rest.substr(end));
    while (!glued && end < rest.size() && !IsSpace(rest[end])) ++end;
    if (const size_t address = AfterAddress(rest, end); address > 0 && !bracket && rest[end - 1] == ']') end = address;
    const std::string_view text = rest.substr(at, end - at);
    bracket = bracket && (text.ends_with(pair->close) || text.back() == ':');
    out.push_back({text, bracket, !glued && end + 1 < rest.size() && IsSpace(rest[end + 1]), glued});
    at = end;
  }
  return out;
}

/// "name - text" where the name has a word or two: the dash stands in no column of its own.
static bool DashAfterName(const std::vector<std::string_view>& rests) {
  size_t with_dash = 0;
  for (const std::string_view rest : rests) {
    const std::vector<Column> columns = CutColumns(rest, 4);
    for (size_t i = 1; i < columns.size(); ++i) {
      if (columns[i].text != "-") continue;
      ++with_dash;
      break;
    }
  }
  return !rests.empty() && with_dash * 20 >= rests.size() * 19;
}

std::string FormatOfColumns(const std::vector<std::string_view>& rests, int year) {
  std::vector<Look> looks(kColumnsMax);
  for (const std::string_view rest : rests) {
    const std::vector<Column> columns = CutColumns(rest, kColumnsMax);
    for (size_t i = 0; i < columns.size(); ++i) looks[i].Add(columns[i], year);
  }
  size_t count = 0;
  for (size_t i = 0; i < kColumnsMax; ++i) {
    // A column that many lines lack is text.
    if (looks[i].lines * 20 < rests.size() * 19) break;
    if (looks[i].strong()) count = i + 1;
  }
  if (count == 0 && DashAfterName(rests)) return "<Component> - ";
  // A flag behind the last one: always the same number.
  if (count > 0 && count < kColumnsMax && looks[count].Nearly(looks[count].numbers) && looks[count].values.size() == 1)
    ++count;
  size_t component = count;
  for (size_t i = 0; i < count; ++i) {
    if (looks[i].Nearly(looks[i].colons) && !looks[i].level()) component = i;
  }
  Names names;
  std::string format;
  for (size_t i = 0; i < count; ++i) {
    const Look& look = looks[i];
    if (i > 0 && !looks[i - 1].Nearly(looks[i - 1].glued)) format += ' ';
    if (look.Nearly(look.dashes)) {
      format += look.values.contains("|") ? "\\|" : look.values.contains("--") ? "--" : "-";
    } else if (i == component) {
      if (look.with_address > 0) {
        format += fmt::format(R"(<{}>(\[<{}>\])?( \(<{}>\))?:)", names.Unique("Component"), names.Unique("Pid"),
                              names.Unique("Address"));
        continue;
      }
      format += look.with_pid > 0 ? fmt::format(R"(<{}>(\[<{}>\])?:)", names.Unique("Component"), names.Unique("Pid"))
                                  : fmt::format("<{}>:", names.Unique("Component"));
    } else {
      const std::string name = names.Unique(NameOf(look, component < count && i < component, i == 0));
      format += look.Nearly(look.brackets)
                    ? fmt::format("{}<{}>{}", EscapeFormat(look.pair->open), name, EscapeFormat(look.pair->close))
                    : fmt::format("<{}>", name);
      if (look.tail() != '\0') format += EscapeFormat(std::string(1, look.tail()));
    }
  }
  if (count > 0 && !looks[count - 1].Nearly(looks[count - 1].glued)) format += ' ';
  return format;
}

std::string FormatOfDelimited(const std::vector<std::string_view>& rests, char delimiter) {
  // Columns that nearly all lines have, the text itself left out.
  std::vector<size_t> counts;
  for (const std::string_view rest : rests)
    counts.push_back(static_cast<size_t>(std::count(rest.begin(), rest.end(), delimiter)));
  std::sort(counts.begin(), counts.end());
  const size_t columns = std::min<size_t>(counts[counts.size() / 20], kColumnsMax);
  std::vector<Look> looks(columns);
  for (std::string_view rest : rests) {
    for (size_t i = 0; i < columns; ++i) {
      const size_t end = std::min(rest.find(delimiter), rest.size());
      const std::string_view text = rest.substr(0, end);
      looks[i].Add({text.empty() ? std::string_view("-") : text}, 2000);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  Names names;
  std::string format;
  bool component = false;
  for (const Look& look : looks) {
    std::string name = NameOf(look, component, false);
    component = component || name == "Component";
    format += fmt::format("<{}>{}", names.Unique(name), EscapeFormat(std::string(1, delimiter)));
  }
  return format;
}

}  // namespace yk::logs
