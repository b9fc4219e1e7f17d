// SPDX-License-Identifier: Apache-2.0
#include "builtin/extractor.h"

#include <utility>

#include "builtin/choose.h"
#include "builtin/reading.h"
#include "text/utf8.h"

namespace yk::builtin {
namespace {

Json Quote(const Reading& reading, text::Range range) {
  const text::Range points = reading.CodePoints(range);
  Json out = Json::object();
  out["quote"] = std::string(reading.Slice(range));
  out["start"] = points.begin;
  out["end"] = points.end;
  return out;
}

Json QuotesOf(const Reading& reading, const Finding& finding) {
  if (!finding.list) return Quote(reading, finding.quotes.front());
  Json out = Json::array();
  for (const text::Range& range : finding.quotes) out.push_back(Quote(reading, range));
  return out;
}

}  // namespace

Result<std::shared_ptr<const Extractor>> Extractor::Make(const Json& schema) {
  YK_TRY(auto fields, text::SchemaFields(schema));
  auto out = std::shared_ptr<Extractor>(new Extractor());
  for (text::SchemaField& field : fields) {
    out->evidence_ = out->evidence_ || field.name == "_evidence";
    out->confidence_ = out->confidence_ || field.name == "_evidence" || field.name == "_confidence";
    if (field.name.starts_with("_")) continue;
    FieldPlan plan = PlanField(field);
    YK_TRY_VOID(AddPatterns(field, &plan));
    out->plans_.push_back(std::move(plan));
    out->fields_.push_back(std::move(field));
  }
  return std::shared_ptr<const Extractor>(std::move(out));
}

Json Extractor::Answer(std::string_view text) const {
  std::string repaired;
  if (!text::IsValidUtf8(text)) {
    repaired = text::RepairUtf8(text);
    text = repaired;
  }
  Json out = text::NullRow(fields_);
  Json evidence = Json::object();
  Json confidence = Json::object();
  Reading reading(text);
  for (const FieldPlan& plan : plans_) {
    const Finding finding = Choose(reading, plan);
    if (finding.value.is_null() || finding.quotes.empty()) continue;
    out[plan.name] = finding.value;
    evidence[plan.name] = QuotesOf(reading, finding);
    confidence[plan.name] = finding.confidence;
  }
  if (evidence_) out["_evidence"] = std::move(evidence);
  if (confidence_) out["_confidence"] = std::move(confidence);
  return out;
}

}  // namespace yk::builtin
