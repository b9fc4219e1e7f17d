// SPDX-License-Identifier: Apache-2.0
#include "sources/log_analysis.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "base/json.h"
#include "incidents/evidence.h"
#include "incidents/time_window.h"
#include "logs/line_cursor.h"
#include "pipeline/spec_reader.h"

namespace yk::sources {
namespace {

constexpr int kTriesMax = 3;

/// The parts of the inputs within the time.
Result<std::vector<incidents::Piece>> PiecesInTime(const LogAnalysisOptions& options, const LogAnalysis& all) {
  logs::Micros from = logs::kNoTime, to = logs::kNoTime;
  if (!options.since.empty()) {
    YK_TRY(from, incidents::ParseMoment(options.since, all.summary));
  }
  if (!options.until.empty()) {
    YK_TRY(to, incidents::ParseMoment(options.until, all.summary));
  }
  auto pieces = incidents::CutTime(*all.mined, all.inputs, from, to);
  if (pieces.empty()) {
    return Fail(Code::kInvalid, "no line lies in the time asked for; the log reaches from {} to {}",
                logs::FormatTime(all.summary.first_time), logs::FormatTime(all.summary.last_time));
  }
  return pieces;
}

/// The bytes up to the last line end. All of them where that would be none, and where line ends are no single bytes.
std::string_view WholeLines(std::string_view bytes, logs::Charset charset) {
  const size_t end = bytes.rfind('\n');
  return logs::IsUtf16(charset) || end == std::string_view::npos ? bytes : bytes.substr(0, end + 1);
}

/// The last whole lines of each input.
std::vector<incidents::Piece> Tails(const LogAnalysisOptions& options, LogAnalysis* log) {
  const std::vector<logs::LogInput>& inputs = log->inputs;
  const uint64_t bytes = options.tail_bytes;
  std::vector<incidents::Piece> pieces;
  uint64_t lines = 0;
  for (uint32_t i = 0; i < inputs.size(); ++i) {
    const logs::Charset charset = logs::DetectCharset(inputs[i].bytes);
    const std::string_view all = options.whole_lines ? WholeLines(inputs[i].bytes, charset) : inputs[i].bytes;
    log->half_line = log->half_line || all.size() < inputs[i].bytes.size();
    size_t begin = 0;
    if (all.size() > bytes) {
      const size_t unit = logs::IsUtf16(charset) ? 2 : 1;
      logs::LineCursor cursor(all, charset, (all.size() - bytes) / unit * unit, all.size(), 16);
      logs::RawLine first;
      if (cursor.Next(&first)) begin = first.offset;
    }
    const auto newlines = [](std::string_view text) {
      return static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
    };
    const uint64_t before = newlines(all.substr(0, begin));
    log->lines_before.push_back(lines);
    pieces.push_back(
        {i, begin, lines + before, {inputs[i].name, all.substr(begin), std::string(logs::CharsetName(charset))}});
    lines += before + newlines(all.substr(begin)) + (all.ends_with('\n') ? 0 : 1);
  }
  return pieces;
}

int YearOf(logs::Micros time) {
  const std::chrono::sys_days day{std::chrono::days{(time < 0 ? time - 86'399'999'999 : time) / 86'400'000'000}};
  return static_cast<int>(std::chrono::year_month_day(day).year());
}

/// The year of lines that leave it out: that of the other lines of the log, else the last one in which they are not in
/// the future. Looks at the beginning of the inputs.
int YearOfLog(const std::vector<logs::LogInput>& inputs, const LogAnalysisOptions& options) {
  constexpr size_t kProbe = size_t{64} << 10;
  constexpr logs::Micros kDay = 86'400'000'000;
  std::vector<logs::LogInput> beginnings;
  for (const auto& input : inputs) beginnings.push_back({input.name, input.bytes.substr(0, kProbe), input.charset});
  if (beginnings.size() > 8) beginnings.resize(8);
  logs::MineOptions probe = options.mine;
  probe.years_go_on = false;  // so that another year is one that the log itself says
  const auto mined = logs::Mine(beginnings, probe);
  if (!mined) return options.mine.year;
  std::map<int, uint64_t> years;
  for (const auto& tmpl : (*mined)->summary().templates) {
    for (const auto& example : tmpl.examples) {
      if (example.place.time != logs::kNoTime) ++years[YearOf(example.place.time)];
    }
  }
  int year = options.mine.year;
  uint64_t most = 0;
  for (const auto& [other, count] : years) {
    if (other == options.mine.year || count <= most) continue;
    most = count;
    year = other;
  }
  const logs::Micros first = (*mined)->summary().first_time;
  if (most == 0 && options.now != logs::kNoTime && first != logs::kNoTime && first > options.now + kDay) --year;
  return year;
}

/// Mines the inputs, or the pieces of them when there are any.
Result<void> MineInto(LogAnalysis* out, const std::vector<incidents::Piece>& pieces, const logs::MineOptions& options) {
  if (!pieces.empty()) out->inputs.clear();
  for (const auto& piece : pieces) out->inputs.push_back(piece.bytes);
  YK_TRY(out->mined, logs::Mine(out->inputs, options));
  out->summary = out->mined->summary();
  return {};
}

/// For each input the sum of those before it.
std::vector<uint64_t> RunningSums(const std::vector<uint64_t>& lines) {
  std::vector<uint64_t> sums(lines.size(), 0);
  for (size_t i = 1; i < lines.size(); ++i) sums[i] = sums[i - 1] + lines[i - 1];
  return sums;
}

void FindParts(const std::vector<incidents::Piece>& pieces, LogAnalysis* out) {
  const std::vector<uint64_t> mined_before = RunningSums(out->summary.input_lines);
  for (uint32_t i = 0; i < out->inputs.size(); ++i) {
    LogAnalysis::Part part{i, 0, mined_before[i]};
    if (!pieces.empty()) {
      part.file = pieces[i].input;
      part.lines_before = pieces[i].lines_before - out->lines_before[part.file];
    }
    out->parts.push_back(part);
  }
}

Result<LogAnalysis> AnalyseOnce(LogAnalysisOptions options) {
  YK_TRY(LogFiles files, LogFiles::Open(options.patterns, options.files));
  LogAnalysis out{std::move(files), {}, nullptr, {}, {}, {}, {}, false, {}};
  out.notes = out.files.notes();
  out.inputs = out.files.Inputs();
  std::vector<incidents::Piece> pieces;
  if (options.tail_bytes > 0) pieces = Tails(options, &out);
  std::vector<logs::LogInput> read = out.inputs;
  for (size_t i = 0; i < pieces.size(); ++i) read[i] = pieces[i].bytes;
  options.mine.year = YearOfLog(read, options);
  options.mine.latest = options.now;
  YK_TRY_VOID(MineInto(&out, pieces, options.mine));
  if (options.tail_bytes == 0) out.lines_before = RunningSums(out.summary.input_lines);
  if (!options.since.empty() || !options.until.empty()) {
    YK_TRY(pieces, PiecesInTime(options, out));
    out.lines_before = RunningSums(out.summary.input_lines);
    YK_TRY_VOID(MineInto(&out, pieces, options.mine));
  }
  FindParts(pieces, &out);
  incidents::FindOptions find;
  find.top = options.top;
  std::unique_ptr<const logs::Mined> normal;
  if (!options.baseline.empty()) {
    YK_TRY(const LogFiles baseline, LogFiles::Open(options.baseline, options.files));
    // With half of it everything in the other half would be new.
    if (baseline.incomplete() > 0) return Fail(Code::kInvalid, "baseline: {}", baseline.notes().front());
    YK_TRY(normal, logs::Mine(baseline.Inputs(), options.mine));
    find.baseline = &normal->summary();
  }
  out.findings = incidents::FindIncidents(out.summary, find);
  incidents::AddEvidence(*out.mined, out.inputs, &out.findings);
  if (!pieces.empty()) incidents::RestorePlaces(pieces, &out.summary, &out.findings);
  return out;
}

}  // namespace

Result<LogAnalysis> AnalyseLogs(const LogAnalysisOptions& options) {
  std::string shorter;
  for (int i = 0; i < kTriesMax; ++i) {
    YK_TRY(LogAnalysis out, AnalyseOnce(options));
    const std::string name = out.files.Shrunk();
    if (name.empty()) {
      if (!shorter.empty()) out.notes.push_back(shorter + " became shorter while it was read, and was read again");
      return out;
    }
    shorter = name;
  }
  return Fail(Code::kConflict, "{} becomes shorter again and again while it is read; copy it first, and read the copy",
              shorter);
}

Result<std::vector<logs::MaskRule>> MaskRulesFromJson(const Json& list) {
  if (!list.is_array()) return Fail(Code::kInvalid, "mask rules are a list of {name, match, contains}");
  std::vector<logs::MaskRule> rules;
  for (const Json& one : list) {
    logs::MaskRule rule;
    rule.name = fmt::format("rule {}", rules.size() + 1);
    if (!one.is_object()) return Fail(Code::kInvalid, "mask {} must have the key 'match'", rule.name);
    for (const auto& [key, value] : one.items()) {
      const bool known = key == "name" || key == "match" || key == "contains";
      if (known && !value.is_string()) return Fail(Code::kInvalid, "mask {}: '{}' must be text", rule.name, key);
      if (key == "name") {
        rule.name = value.get<std::string>();
      } else if (key == "match") {
        rule.expression = value.get<std::string>();
      } else if (key == "contains") {
        rule.literal = value.get<std::string>();
      } else {
        return Fail(Code::kInvalid, "mask {}: there is no key '{}'; its keys are name, match, contains", rule.name,
                    key);
      }
    }
    if (rule.expression.empty())
      return Fail(Code::kInvalid, "mask {} must have the key 'match' with a regular expression", rule.name);
    rules.push_back(std::move(rule));
  }
  return rules;
}

}  // namespace yk::sources
