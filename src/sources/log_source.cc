// SPDX-License-Identifier: Apache-2.0
#include "sources/log_source.h"

#include <algorithm>

#include "base/hash.h"
#include "base/json.h"
#include "incidents/log_place.h"
#include "incidents/secrets.h"
#include "sources/file_list.h"
#include "sources/own_files.h"
#include "sources/unchanged.h"

namespace yk::sources {
namespace {

Json TimeOrNull(logs::Micros time) { return time == logs::kNoTime ? Json() : Json(logs::FormatTime(time)); }

std::string Joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : std::string(between)) + part;
  return incidents::MaskSecrets(out);
}

Json RowOf(const incidents::Subject& subject, const incidents::Incident& incident) {
  const incidents::Part& lead = incident.parts.front();
  std::vector<std::string> lines, what;
  for (const auto& one : incident.evidence) {
    const std::string place = incidents::PlaceText(subject, one.line);
    lines.push_back(fmt::format("{}: {}", place.starts_with("line ") ? place.substr(5) : place, one.text));
  }
  for (const auto& part : incident.parts) what.insert(what.end(), part.what.begin(), part.what.end());
  Json row = Json::object();
  row["rank"] = incident.rank;
  row["kind"] = std::string(incidents::SignalName(incident.kind));
  row["service"] = incident.service;
  row["from"] = TimeOrNull(incident.from);
  row["to"] = TimeOrNull(incident.to);
  row["lines"] = incident.lines;
  row["missing"] = incident.missing;
  row["first_line"] = incidents::InFile(subject, incident.first_line).second;
  row["template"] = incidents::MaskSecrets(incidents::PatternText(subject.log.templates[lead.template_id]));
  row["what"] = Joined(what, "; ");
  row["entities"] = Joined(incident.entities, ", ");
  row["evidence"] = Joined(lines, "\n");
  row["next"] = incident.next;
  row["text"] = incidents::MaskSecrets(incidents::CardText(subject, incident));
  return row;
}

}  // namespace

Result<std::string> LogSource::Manifest() {
  Hasher hasher;
  size_t count = 0;
  for (const auto* patterns : {&options_.patterns, &options_.baseline}) {
    hasher.Field("files");
    if (patterns->empty()) continue;
    const LogFilesOptions& from = options_.files;
    YK_TRY(std::vector<InputFile> files, ListFiles(*patterns, from.base_dir, from.stop));
    YK_TRY_VOID(DropOwnFiles(from.own_files, *patterns, from.base_dir, files));
    count += files.size();
    for (const InputFile& file : files) hasher.Field(file.shown).Field(HashOrEmpty(file.path));
  }
  hasher.Field(options_.since)
      .Field(options_.until)
      .Field(options_.mine.header)
      .Field(static_cast<int64_t>(options_.top));
  hasher.Field(limit_);
  for (const auto& mask : options_.mine.masks) hasher.Field(mask.name).Field(mask.expression).Field(mask.literal);
  return fmt::format("logs, {} files, sha256 {}", count, ToHex(hasher.Finish()));
}

std::vector<std::string> LogSource::Columns() const {
  return {"rank",       "kind",     "service", "from",     "to",       "lines", "missing",
          "first_line", "template", "what",    "entities", "evidence", "next",  "text"};
}

Result<void> LogSource::Analyse() {
  if (analysed_) return {};
  YK_TRY(const LogAnalysis analysis, AnalyseLogs(options_));
  const incidents::Subject subject = analysis.Subject();
  for (const auto& incident : analysis.findings.incidents) {
    if (limit_ > 0 && static_cast<int64_t>(payloads_.size()) >= limit_) break;
    const std::string& file = subject.names[incidents::InFile(subject, incident.first_line).first];
    payloads_.push_back(DumpJson({{"file", file}, {"row", RowOf(subject, incident)}}));
  }
  analysed_ = true;
  return {};
}

Result<std::vector<std::string>> LogSource::Next(size_t max) {
  YK_TRY_VOID(Analyse());
  const size_t end = std::min(payloads_.size(), at_ + max);
  std::vector<std::string> out(payloads_.begin() + static_cast<ptrdiff_t>(at_),
                               payloads_.begin() + static_cast<ptrdiff_t>(end));
  at_ = end;
  return out;
}

Result<void> LogSource::Skip(int64_t rows) {
  YK_TRY_VOID(Analyse());
  if (rows > static_cast<int64_t>(payloads_.size())) {
    return Fail(Code::kConflict,
                "the logs have only {} incidents now, but {} were there before; start the job with --new",
                payloads_.size(), rows);
  }
  at_ = static_cast<size_t>(rows);
  return {};
}

Result<pipeline::Row> LogSource::Load(int64_t row_id, const std::string& payload) const {
  YK_TRY(Json json, ParseJson(payload));
  if (!json.is_object() || !json["row"].is_object()) return Fail(Code::kCorrupt, "the stored incident is damaged");
  pipeline::Row row;
  row.row_id = row_id;
  row.file = json.value("file", "");
  row.fields = std::move(json["row"]);
  return row;
}

}  // namespace yk::sources
