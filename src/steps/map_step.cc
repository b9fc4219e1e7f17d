// SPDX-License-Identifier: Apache-2.0
#include "steps/map_step.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <limits>

#include "pipeline/spec_reader.h"
#include "steps/grounding.h"
#include "steps/merge.h"
#include "steps/prompt.h"
#include "steps/split_step.h"
#include "text/schema_program.h"
#include "text/schema_root.h"

namespace yk::steps {
namespace {

using model::StructuredResult;
using model::StructuredStatus;
using pipeline::StepOutcome;

/// What is known about one passage while its question is out.
struct PassageState {
  pipeline::Passage passage;
  Finding finding;
  std::vector<std::string> notes;
  StructuredResult result;
};

/// One row while its questions are out. The last answer to arrive finishes it.
struct Flight {
  pipeline::RowTask* task = nullptr;
  pipeline::StepDone done;
  std::vector<PassageState> passages;
  std::atomic<size_t> open{0};
};

struct MapOptions {
  EvidencePolicy evidence = EvidencePolicy::kOptional;
  bool confidence = false;
  Json schema;  ///< the user's
  std::vector<std::string> fields;
};

class MapStepImpl final : public MapStep {
 public:
  MapStepImpl(MapOptions options, Prompt prompt, std::shared_ptr<const model::StructuredSpec> asked,
              std::shared_ptr<const text::JsonSchema> checker, const MapContext& context, std::string place)
      : options_(std::move(options)),
        prompt_(std::move(prompt)),
        asked_(std::move(asked)),
        checker_(std::move(checker)),
        asks_confidence_(options_.confidence && context.states_confidence),
        shown_schema_(text::WithRootWrittenOut(options_.schema)),
        asker_(*context.asker),
        structured_(*context.asker),
        place_(std::move(place)) {}

  Result<std::vector<std::string>> Fields(std::vector<std::string> before) const override {
    auto checked = prompt_.Check(before);
    if (!checked) return Fail(std::move(checked).error().With(place_));
    for (const auto& field : options_.fields) {
      if (std::find(before.begin(), before.end(), field) == before.end()) before.push_back(field);
    }
    return before;
  }

  const Json* Schema() const override { return &shown_schema_; }

  std::vector<std::string> Makes() const override { return options_.fields; }

  std::vector<std::string> ConfidenceFields() const override {
    return options_.confidence ? options_.fields : std::vector<std::string>();
  }

  std::vector<model::Request> Questions(const pipeline::RowTask& task) const override {
    std::vector<model::Request> questions;
    for (const auto& passage : PassagesOf(task)) {
      model::Request request;
      request.parts = prompt_.Parts(task, passage);
      request.schema = asked_->schema();
      request.sampling = asked_->policy().sampling;
      questions.push_back(std::move(request));
    }
    return questions;
  }

  void Process(pipeline::RowTask& task, pipeline::StepDone done) override {
    auto flight = std::make_shared<Flight>();
    flight->task = &task;
    flight->done = std::move(done);
    for (auto& passage : PassagesOf(task)) {
      flight->passages.emplace_back();
      flight->passages.back().passage = std::move(passage);
    }
    flight->open = flight->passages.size();
    // Backpressure; when the run stops this returns at once and the questions come back parked.
    (void)asker_.WaitForRoom();
    for (size_t i = 0; i < flight->passages.size(); ++i) {
      PassageState& state = flight->passages[i];
      model::StructuredRequest request;
      request.spec = asked_;
      request.parts = prompt_.Parts(task, state.passage);
      if (judges()) {
        request.rules = [this, flight, &state](Json& value) { return Judge(*flight->task, state, value); };
      }
      structured_.Ask(std::move(request), [this, flight, &state](StructuredResult result) {
        state.result = std::move(result);
        if (flight->open.fetch_sub(1) == 1) Finish(*flight);
      });
    }
  }

 private:
  /// The answer holds more than the user's fields.
  bool judges() const { return options_.evidence != EvidencePolicy::kOff || asks_confidence_; }

  /// What the model's own probabilities say, for fields whose confidence it did not state itself. A field without a
  /// value has none: it was not found, or what was found was dropped.
  void TakeConfidence(const Json& told, Finding& finding) const {
    for (const auto& field : options_.fields) {
      const auto value = finding.values.find(field);
      const auto found = told.find(field);
      if (value == finding.values.end() || value->is_null()) {
        finding.confidence.erase(field);
      } else if (found != told.end() && !finding.confidence.contains(field)) {
        finding.confidence[field] = *found;
      }
    }
  }

  /// Takes "_evidence" out of the answer, grounds every value, and says what is wrong beyond the asked schema.
  std::vector<text::SchemaViolation> Judge(const pipeline::RowTask& task, PassageState& state, Json& value) const {
    state.finding = Finding{};
    state.notes.clear();
    if (!value.is_object()) return {};
    const Json claims = Take(value, "_evidence");
    const Json confidence = Take(value, "_confidence");
    for (const auto& field : options_.fields) {
      const auto found = confidence.find(field);
      if (found != confidence.end() && found->is_number()) state.finding.confidence[field] = *found;
    }
    if (options_.evidence != EvidencePolicy::kOff) {
      Grounder grounder(task.row, state.passage);
      for (const auto& field : options_.fields) {
        const auto found = value.find(field);
        if (found != value.end() && !found->is_null()) Ground(grounder, field, claims, *found, state);
      }
    }
    state.finding.values = value;
    return checker_->Validate(value);
  }

  static Json Take(Json& value, const char* name) {
    const auto found = value.find(name);
    if (found == value.end()) return nullptr;
    Json taken = std::move(*found);
    value.erase(found);
    return taken;
  }

  void Ground(Grounder& grounder, const std::string& field, const Json& claims, Json& value,
              PassageState& state) const {
    const Json claim = claims.is_object() && claims.contains(field) ? claims[field] : Json();
    if (!value.is_array()) {
      if (Json place = grounder.Find(value, claim); !place.is_null()) {
        state.finding.evidence[text::JoinPointer("", field)] = Json::array({std::move(place)});
      } else if (options_.evidence == EvidencePolicy::kRequired) {
        state.notes.push_back(
            fmt::format("{}: the value {} has no evidence in the text and was dropped", field, DumpJson(value)));
        value = nullptr;
      }
      return;
    }
    Json kept = Json::array();
    for (size_t i = 0; i < value.size(); ++i) {
      Json place = grounder.Find(value[i], claim.is_array() && i < claim.size() ? claim[i] : Json());
      if (place.is_null() && options_.evidence == EvidencePolicy::kRequired) {
        state.notes.push_back(
            fmt::format("{}: the item {} has no evidence in the text and was dropped", field, DumpJson(value[i])));
        continue;
      }
      if (!place.is_null())
        state.finding.evidence[fmt::format("{}/{}", text::JoinPointer("", field), kept.size())] =
            Json::array({std::move(place)});
      kept.push_back(value[i]);
    }
    value = std::move(kept);
  }

  void Finish(Flight& flight) const {
    pipeline::RowTask& task = *flight.task;
    std::vector<Finding> findings;
    const StructuredResult* worst = nullptr;
    for (auto& state : flight.passages) {
      const StructuredResult& result = state.result;
      task.cost.model_calls += result.calls;
      task.cost.cached += result.answers_stored;
      task.cost.tokens_in += result.usage.tokens_in;
      task.cost.tokens_out += result.usage.tokens_out;
      task.cost.price += result.usage.price;
      if (result.status == StructuredStatus::kOk) {
        for (const auto& change : result.coerced) {
          task.notes.push_back(
              fmt::format("{}: {} read as {}", change.pointer, DumpJson(change.from), DumpJson(change.to)));
        }
        if (!judges()) state.finding.values = std::move(state.result.value);
        if (options_.confidence) TakeConfidence(result.confidence, state.finding);
        for (auto& note : state.notes) task.notes.push_back(std::move(note));
        findings.push_back(std::move(state.finding));
      } else if (worst == nullptr || Rank(result.status) > Rank(worst->status)) {
        worst = &result;
      }
    }
    // Moved out so that the row's last reference may go inside.
    const auto done = std::move(flight.done);
    // A passage the model refused says nothing; the others speak for the row.
    const bool refused_only = worst != nullptr && worst->status == StructuredStatus::kNullByPolicy;
    if (worst != nullptr && !(refused_only && !findings.empty())) return done(OutcomeOf(*worst));
    Finding merged = MergeFindings(std::move(findings));
    for (const auto& field : options_.fields) {
      const auto found = merged.values.find(field);
      task.SetValue(field, found == merged.values.end() ? Json() : std::move(*found));
      ForgetGrounds(task, field);
    }
    for (auto& [pointer, places] : merged.evidence.items()) task.evidence[pointer] = std::move(places);
    for (auto& [field, others] : merged.conflicts.items()) {
      task.notes.push_back(fmt::format("{}: the passages disagree; the most frequent value was taken", field));
      task.conflicts[field] = std::move(others);
    }
    if (options_.confidence) {
      for (auto& [field, value] : merged.confidence.items()) task.confidence[field] = std::move(value);
    }
    done(StepOutcome::Next());
  }

  /// What an earlier step said of this field it said of another value.
  static void ForgetGrounds(pipeline::RowTask& task, const std::string& field) {
    task.confidence.erase(field);
    task.conflicts.erase(field);
    const std::string pointer = text::JoinPointer("", field);
    for (auto one = task.evidence.begin(); one != task.evidence.end();) {
      const bool of_field = one.key() == pointer || one.key().starts_with(pointer + "/");
      one = of_field ? task.evidence.erase(one) : std::next(one);
    }
  }

  static int Rank(StructuredStatus status) {
    switch (status) {
      case StructuredStatus::kOk: return 0;
      case StructuredStatus::kNullByPolicy: return 1;
      case StructuredStatus::kQuarantined: return 2;
      case StructuredStatus::kFailed: return 3;
      case StructuredStatus::kParked: return 4;
    }
    return 4;
  }

  static StepOutcome OutcomeOf(const StructuredResult& result) {
    const std::string error_class(model::FailureClassName(result.failure_class));
    switch (result.status) {
      case StructuredStatus::kParked: return StepOutcome::Parked(result.error);
      case StructuredStatus::kNullByPolicy:
        return StepOutcome::End(store::RowStatus::kNullByPolicy, result.error, error_class);
      case StructuredStatus::kQuarantined:
        return StepOutcome::End(store::RowStatus::kQuarantined, result.error, error_class);
      default: return StepOutcome::End(store::RowStatus::kFailed, result.error, error_class);
    }
  }

  const MapOptions options_;
  const Prompt prompt_;
  const std::shared_ptr<const model::StructuredSpec> asked_;
  const std::shared_ptr<const text::JsonSchema> checker_;
  const bool asks_confidence_;
  const Json shown_schema_;  ///< columns are looked for among the properties of the root
  model::Asker& asker_;
  mutable model::StructuredAsker structured_;
  const std::string place_;
};

std::string WithoutUnderscores(const std::string& name) {
  const size_t begin = name.find_first_not_of('_');
  return begin == std::string::npos ? "field" : name.substr(begin);
}

Result<EvidencePolicy> PolicyOf(pipeline::ObjectReader& reader) {
  // YAML reads a bare `off` as text, but `false` is what some editors make of it.
  if (reader.Any("evidence").is_boolean()) {
    YK_TRY(const bool on, reader.Bool("evidence", true));
    return on ? EvidencePolicy::kOptional : EvidencePolicy::kOff;
  }
  static constexpr std::string_view kPolicies[] = {"required", "optional", "off"};
  YK_TRY(const std::string policy, reader.OneOf("evidence", "optional", kPolicies));
  return policy == "required" ? EvidencePolicy::kRequired
         : policy == "off"    ? EvidencePolicy::kOff
                              : EvidencePolicy::kOptional;
}

}  // namespace

Result<std::unique_ptr<MapStep>> MapStep::Make(const pipeline::StepSpec& spec, const pipeline::Places& places,
                                               const MapContext& context) {
  YK_TRY(auto reader, pipeline::ObjectReader::Open(spec.config, spec.pointer, places, "step map"));
  YK_TRY(const std::string prompt_text, reader.String("prompt", ""));
  MapOptions options;
  options.schema = reader.Any("schema");
  YK_TRY(options.evidence, PolicyOf(reader));
  YK_TRY(const int64_t tokens_max, reader.Integer("tokens_max", 1024, 1, 1000000));
  YK_TRY(options.confidence, reader.Bool("confidence", false));
  YK_TRY(const double temperature, reader.Number("temperature", 0, 0, 2));
  YK_TRY(const double top_p, reader.Number("top_p", 1, 0, 1));
  YK_TRY(const double min_p, reader.Number("min_p", 0, 0, 1));
  YK_TRY(const int64_t seed, reader.Integer("seed", 0, 0, INT64_MAX));
  (void)reader.Any("model");  // was taken out by who opened it, and belongs to what a message lists
  YK_TRY_VOID(reader.Finish());
  const std::string place = places.Of(spec.pointer);
  if (!options.schema.is_object()) {
    return Fail(Code::kInvalid,
                "{}: step map needs a 'schema': a file such as risk.schema.json, or the JSON Schema itself", place);
  }
  auto checker = text::JsonSchema::Compile(options.schema);
  if (!checker) return Fail(std::move(checker).error().With(fmt::format("{}: the schema of step map", place)));
  // Of the schema as the user wrote it: what is asked for beside must not hide that there are none.
  const auto fields = text::SchemaFields(options.schema);
  if (!fields) return Fail(Error(fields.error()).With(fmt::format("{}: the schema of step map", place)));
  for (const auto& field : *fields) {
    if (field.name.starts_with('_')) {
      return Fail(Code::kInvalid,
                  "{}: the schema of step map: the field '{}' begins with an underscore, as the program's own do, and "
                  "would not be in the results; call it '{}'",
                  place, field.name, WithoutUnderscores(field.name));
    }
    options.fields.push_back(field.name);
  }

  model::StructuredPolicy policy;
  policy.repairs_max = context.repairs_max;
  if (context.repairs_at_any_cost) policy.repair_tokens_share = std::numeric_limits<double>::infinity();
  policy.replace_invalid_stored = context.replace_invalid_stored;
  policy.sampling.tokens_max = static_cast<int>(tokens_max);
  policy.sampling.temperature = temperature;
  policy.sampling.top_p = top_p;
  policy.sampling.min_p = min_p;
  policy.sampling.logprobs = options.confidence && !context.states_confidence;
  policy.sampling.seed = seed;
  const bool with_evidence = options.evidence != EvidencePolicy::kOff;
  const AskedBeside beside{with_evidence, context.states_confidence && (with_evidence || options.confidence)};
  auto asked =
      model::StructuredSpec::Make(WithAskedBeside(options.schema, *fields, beside, context.states_places), policy);
  if (!asked) return Fail(std::move(asked).error().With(fmt::format("{}: the schema of step map", place)));
  auto prompt = Prompt::Parse(prompt_text, with_evidence);
  if (!prompt) return Fail(std::move(prompt).error().With(place));
  return std::unique_ptr<MapStep>(std::make_unique<MapStepImpl>(std::move(options), std::move(prompt).value(),
                                                                std::move(asked).value(), std::move(checker).value(),
                                                                context, place));
}

}  // namespace yk::steps
