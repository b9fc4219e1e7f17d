// SPDX-License-Identifier: Apache-2.0
#include "steps/grounding.h"

#include "text/schema_root.h"
#include "text/utf8.h"

namespace yk::steps {

Grounder::Grounder(const pipeline::Row& row, const pipeline::Passage& passage)
    : row_(row), passage_(passage), aligner_(passage.text) {}

Json Grounder::Place(const text::Range& bytes, const text::Range& code_points, std::string_view how) const {
  const int64_t start = passage_.begin + static_cast<int64_t>(code_points.begin);
  const int64_t end = passage_.begin + static_cast<int64_t>(code_points.end);
  Json place = Json::object();
  std::string file = row_.file;
  int page = row_.page;
  if (row_.document != nullptr) {
    page = row_.document->PageOf(start);
    file = row_.document->FileOf(start);
  }
  place["file"] = file.empty() ? Json() : Json(file);
  place["page"] = page > 0 ? Json(page) : Json();
  place["start"] = start;
  place["end"] = end;
  place["quote"] = passage_.text.substr(bytes.begin, bytes.size());
  place["how"] = std::string(how);
  return place;
}

Json Grounder::FindQuote(const std::string& quote) {
  const auto found = aligner_.Find(quote);
  return found ? Place(found->bytes, found->code_points, text::HowName(found->how)) : Json();
}

Json Grounder::Find(const Json& value, const Json& claim) {
  if (claim.is_object() && claim.contains("quote") && claim["quote"].is_string()) {
    const auto quote = claim["quote"].get<std::string>();
    const auto start = claim.find("start");
    const auto end = claim.find("end");
    if (start != claim.end() && end != claim.end() && start->is_number_unsigned() && end->is_number_unsigned()) {
      const text::CodePointIndex index(passage_.text);
      const text::Range code_points{start->get<size_t>(), end->get<size_t>()};
      if (code_points.begin < code_points.end && code_points.end <= index.size()) {
        const text::Range bytes = index.ToBytes(code_points);
        if (passage_.text.compare(bytes.begin, bytes.size(), quote) == 0) return Place(bytes, code_points, "exact");
      }
    }
    if (Json place = FindQuote(quote); !place.is_null()) return place;
  } else if (claim.is_string()) {
    if (Json place = FindQuote(claim.get<std::string>()); !place.is_null()) return place;
  } else if (claim.is_array()) {
    for (const auto& one : claim) {
      if (Json place = Find(Json(), one); !place.is_null()) return place;
    }
  }
  return value.is_string() ? FindQuote(value.get<std::string>()) : Json();
}

namespace {

Json EvidenceSchema(const std::vector<text::SchemaField>& fields, bool places) {
  const Json quote = {
      {"type", {"string", "null"}},
      {"description", "the exact words of the text that say this value, copied character by character"}};
  const Json place = places ? Json{{"type", {"object", "string", "null"}}} : quote;
  Json claims = Json::object();
  for (const auto& field : fields) {
    claims[field.name] = field.is_list() ? Json{{"type", {"array", "null"}}, {"items", place}} : place;
  }
  return {{"type", {"object", "null"}}, {"properties", std::move(claims)}};
}

}  // namespace

Json WithAskedBeside(const Json& schema, const std::vector<text::SchemaField>& fields, AskedBeside beside,
                     bool places) {
  if (!beside.evidence && !beside.confidence) return schema;
  Json out = text::WithRootWrittenOut(schema);
  if (beside.evidence) text::AddRootProperty(out, "_evidence", EvidenceSchema(fields, places));
  if (beside.confidence) text::AddRootProperty(out, "_confidence", {{"type", {"object", "null"}}});
  return out;
}

}  // namespace yk::steps
