// SPDX-License-Identifier: Apache-2.0
#include "sources/log_analysis.h"

#include <algorithm>

#include "base/json.h"
#include "incidents/evidence.h"
#include "incidents/time_window.h"
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

/// The last whole lines of each input.
std::vector<incidents::Piece> Tails(const std::vector<logs::LogInput>& inputs, uint64_t bytes) {
  std::vector<incidents::Piece> pieces;
  uint64_t lines = 0;
  for (uint32_t i = 0; i < inputs.size(); ++i) {
    const std::string_view all = inputs[i].bytes;
    size_t begin = all.size() <= bytes ? 0 : all.find('\n', all.size() - bytes);
    begin = begin == std::string_view::npos || begin == 0 ? 0 : begin + 1;
    const auto newlines = [](std::string_view text) {
      return static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
    };
    const uint64_t before = newlines(all.substr(0, begin));
    pieces.push_back({i, begin, lines + before, {inputs[i].name, all.substr(begin)}});
    lines += before + newlines(all.substr(begin)) + (all.ends_with('\n') ? 0 : 1);
  }
  return pieces;
}

/// Mines the inputs, or the pieces of them when there are any.
Result<void> MineInto(LogAnalysis* out, const std::vector<incidents::Piece>& pieces, const logs::MineOptions& options) {
  if (!pieces.empty()) out->inputs.clear();
  for (const auto& piece : pieces) out->inputs.push_back(piece.bytes);
  YK_TRY(out->mined, logs::Mine(out->inputs, options));
  out->summary = out->mined->summary();
  return {};
}

Result<LogAnalysis> AnalyseOnce(const LogAnalysisOptions& options) {
  YK_TRY(LogFiles files, LogFiles::Open(options.patterns, options.base_dir));
  LogAnalysis out{std::move(files), {}, nullptr, {}, {}, {}};
  out.notes = out.files.notes();
  out.inputs = out.files.Inputs();
  std::vector<incidents::Piece> pieces;
  if (options.tail_bytes > 0) pieces = Tails(out.inputs, options.tail_bytes);
  YK_TRY_VOID(MineInto(&out, pieces, options.mine));
  if (!options.since.empty() || !options.until.empty()) {
    YK_TRY(pieces, PiecesInTime(options, out));
    YK_TRY_VOID(MineInto(&out, pieces, options.mine));
  }
  incidents::FindOptions find;
  find.top = options.top;
  std::unique_ptr<const logs::Mined> normal;
  if (!options.baseline.empty()) {
    YK_TRY(const LogFiles baseline, LogFiles::Open(options.baseline, options.base_dir));
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
  if (!list.is_array()) return Fail(Code::kInvalid, "mask rules are a list of {{name, match, contains}}");
  std::vector<logs::MaskRule> rules;
  for (const Json& one : list) {
    logs::MaskRule rule;
    rule.name = fmt::format("rule {}", rules.size() + 1);
    if (!one.is_object()) return Fail(Code::kInvalid, "mask {} must have the key 'match'", rule.name);
    for (const auto& [key, value] : one.items()) {
      if (!value.is_string()) return Fail(Code::kInvalid, "mask {}: '{}' must be text", rule.name, key);
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
    if (rule.expression.empty()) return Fail(Code::kInvalid, "mask {} must have the key 'match'", rule.name);
    rules.push_back(std::move(rule));
  }
  return rules;
}

}  // namespace yk::sources
