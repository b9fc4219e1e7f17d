// SPDX-License-Identifier: Apache-2.0
#include "model/structured.h"

#include <algorithm>
#include <set>

#include "model/repair.h"
#include "text/tolerant_json.h"

namespace yk::model {

Result<std::shared_ptr<const StructuredSpec>> StructuredSpec::Make(const Json& schema, StructuredPolicy policy) {
  auto spec = std::shared_ptr<StructuredSpec>(new StructuredSpec());
  YK_TRY(spec->checker_, text::JsonSchema::Compile(schema));
  YK_TRY(spec->fields_, text::SchemaFields(schema));
  spec->schema_ = std::make_shared<const Json>(schema);
  spec->policy_ = std::move(policy);
  return std::shared_ptr<const StructuredSpec>(std::move(spec));
}

namespace {

/// An answer, read and judged.
struct Judgement {
  std::optional<Json> value;  ///< none: no JSON could be read
  bool cut = false;           ///< it broke off and was closed by us
  std::vector<text::Coercion> coerced;
  std::vector<std::string> mended;
  std::vector<text::SchemaViolation> violations;
  bool ok() const { return value && !cut && violations.empty(); }
};

/// Rules take out of a value what the model says beside the user's fields, "_evidence" and the like, and what they find
/// no ground for. Where they find it wrong it stays as it was: a repair of some fields is judged together with the
/// others, whose evidence is then needed once more, list item by list item.
void ApplyRules(const RowRules& rules, Judgement& judgement) {
  Json judged = *judgement.value;
  judgement.violations = rules(judged);
  if (judgement.violations.empty()) judgement.value = std::move(judged);
}

void CheckValue(const StructuredSpec& spec, const RowRules& rules, Judgement& judgement) {
  auto coerced = text::CoerceToFields(std::move(*judgement.value), spec.fields());
  judgement.value = std::move(coerced.value);
  std::move(coerced.coerced.begin(), coerced.coerced.end(), std::back_inserter(judgement.coerced));
  judgement.violations = spec.checker().Validate(*judgement.value);
  for (const auto& dropped : DropUnknownFields(*judgement.value, judgement.violations)) {
    judgement.mended.push_back("dropped a field that the schema does not know: " + dropped);
    judgement.violations = spec.checker().Validate(*judgement.value);
  }
  // Row rules may rely on the shape that the schema promises.
  if (judgement.violations.empty() && rules) ApplyRules(rules, judgement);
}

/// `earlier`: the answer that a partial repair mends; its other fields stay.
Judgement Judge(const StructuredSpec& spec, const RowRules& rules, std::string_view body, const Json* earlier) {
  Judgement judgement;
  auto parsed = text::ParseTolerantJson(body);
  if (!parsed) {
    judgement.violations.push_back({"", "the answer could not be read as JSON: " + parsed.error().message, "json"});
    return judgement;
  }
  judgement.mended = std::move(parsed->repairs);
  judgement.cut = parsed->closed_by_us;
  judgement.value = std::move(parsed->value);
  if (judgement.cut) {
    judgement.violations.push_back({"", "the answer broke off before its end", "json"});
    return judgement;
  }
  if (earlier != nullptr && earlier->is_object() && judgement.value->is_object()) {
    Json merged = *earlier;
    for (auto& [name, value] : judgement.value->items()) {
      if (IsBeside(name) && value.is_object() && merged.contains(name) && merged[name].is_object())
        merged[name].update(value);
      else
        merged[name] = std::move(value);
    }
    judgement.value = std::move(merged);
  }
  CheckValue(spec, rules, judgement);
  return judgement;
}

/// One row's way to a valid object; kept alive by the callbacks it waits for.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Asker& asker, StructuredRequest request, StructuredDone done)
      : asker_(asker), request_(std::move(request)), done_(std::move(done)) {}

  void Begin() {
    Question question;
    question.request.parts = request_.parts;
    question.request.schema = request_.spec->schema();
    question.request.sampling = request_.spec->policy().sampling;
    question.request.deadline = request_.deadline;
    question.bypass_cache = request_.bypass_cache;
    question.acceptable = [self = shared_from_this()](std::string_view body) {
      return Judge(*self->request_.spec, self->request_.rules, body, nullptr).ok();
    };
    Send(std::move(question));
  }

 private:
  void Send(Question question) {
    if (request_.spec->policy().replace_invalid_stored) sent_ = question.request;
    asker_.Ask(std::move(question), [self = shared_from_this()](AskResult result) { self->Take(std::move(result)); });
  }

  void Take(AskResult ask) {
    result_.calls += ask.calls;
    result_.usage += ask.usage;
    if (ask.status == AskStatus::kAnswered && ask.source != AnswerSource::kModel) ++result_.answers_stored;
    // A run that finds the earlier answers stored must not ask further than the run that paid for them.
    const int64_t tokens = ask.usage.tokens_in + ask.usage.tokens_out + ask.tokens_stored;
    (result_.repairs == 0 ? tokens_first_ : tokens_repairs_) += tokens;
    if (ask.status == AskStatus::kParked) return End(StructuredStatus::kParked, std::move(ask.failure));
    if (ask.status == AskStatus::kFailed && !ToBeJudged(ask)) return;

    const bool answered = ask.status == AskStatus::kAnswered;
    Judgement judgement = Judge(*request_.spec, request_.rules, ask.answer.body, partial_ ? &result_.value : nullptr);
    std::move(judgement.mended.begin(), judgement.mended.end(), std::back_inserter(result_.mended));
    if (request_.spec->policy().sampling.logprobs) NoteConfidence(ask.answer);
    if (judgement.ok()) {
      std::move(judgement.coerced.begin(), judgement.coerced.end(), std::back_inserter(result_.coerced));
      result_.value = std::move(*judgement.value);
      result_.violations.clear();
      result_.from_cache = result_.calls == 0;
      result_.status = StructuredStatus::kOk;
      return Deliver();
    }
    if (judgement.value && !judgement.cut) {
      result_.value = std::move(*judgement.value);
      result_.coerced = std::move(judgement.coerced);
    }
    result_.violations = std::move(judgement.violations);
    if (request_.spec->policy().replace_invalid_stored && ask.source == AnswerSource::kStored && !replaced_)
      return Replace();
    // What broke off at its length limit twice breaks off a third time: asking the same again only costs.
    if (!answered && ask.failure.failure_class == FailureClass::kTruncation) {
      return End(StructuredStatus::kQuarantined, std::move(ask.failure));
    }
    if (!AskAgain(!judgement.value || judgement.cut)) EndInvalid();
  }

  /// What an answer says about a field replaces what an earlier one said; the other fields keep theirs.
  void NoteConfidence(const Answer& answer) {
    if (!partial_) result_.confidence = Json::object();
    const Json told = FieldConfidence(answer.body, answer.doubts.value_or(Doubts()));
    for (const auto& [field, confidence] : told.items()) {
      if (answer.doubts)
        result_.confidence[field] = confidence;
      else
        result_.confidence.erase(field);
    }
  }

  /// The stored answer to the open question is no good: the model is asked, and its answer takes the place of that one.
  void Replace() {
    replaced_ = true;
    Question question;
    question.request = std::move(sent_);
    question.bypass_cache = true;
    Send(std::move(question));
  }

  /// A failure that still left something to judge, or a result.
  bool ToBeJudged(AskResult& ask) {
    const StructuredPolicy& policy = request_.spec->policy();
    switch (ask.failure.failure_class) {
      case FailureClass::kTruncation:
      case FailureClass::kInvalid: return true;
      case FailureClass::kRefusal:
        if (policy.null_on_refusal) result_.value = text::NullRow(request_.spec->fields());
        End(policy.null_on_refusal ? StructuredStatus::kNullByPolicy : StructuredStatus::kQuarantined,
            std::move(ask.failure));
        return false;
      default: End(StructuredStatus::kFailed, std::move(ask.failure)); return false;
    }
  }

  bool AskAgain(bool whole) {
    const StructuredPolicy& policy = request_.spec->policy();
    if (result_.repairs >= policy.repairs_max) return false;
    const bool known = tokens_first_ > 0;  // some servers do not say what an answer costs: then the count alone decides
    if (known &&
        static_cast<double>(tokens_repairs_) >= policy.repair_tokens_share * static_cast<double>(tokens_first_)) {
      return false;
    }
    ++result_.repairs;
    RepairQuestion repair =
        MakeRepair(*request_.spec, request_.parts, whole ? Json() : result_.value, result_.violations);
    partial_ = repair.partial;
    Question question;
    question.request.parts = std::move(repair.parts);
    question.request.schema = std::move(repair.schema);
    question.request.sampling = policy.sampling;
    // Two repairs of the same mistake must not be the same question, else the second finds the first one's answer.
    question.request.sampling.seed += result_.repairs;
    question.request.deadline = request_.deadline;
    Send(std::move(question));
    return true;
  }

  void EndInvalid() {
    const auto& first = result_.violations.front();
    ModelFailure failure;
    failure.failure_class = FailureClass::kInvalid;
    failure.error = {Code::kInvalid,
                     fmt::format("no valid answer after {} question{}: {}", result_.repairs + 1,
                                 result_.repairs == 0 ? "" : "s", first.message),
                     {}};
    End(StructuredStatus::kQuarantined, std::move(failure));
  }

  void End(StructuredStatus status, ModelFailure failure) {
    result_.status = status;
    result_.error = std::move(failure.error);
    result_.failure_class = failure.failure_class;
    result_.from_cache = result_.calls == 0 && result_.answers_stored > 0;
    Deliver();
  }

  void Deliver() {
    StructuredDone done = std::move(done_);
    done(std::move(result_));
  }

  Asker& asker_;
  const StructuredRequest request_;
  StructuredDone done_;
  StructuredResult result_;
  Request sent_;  ///< the open question, kept while it may have to be asked anew
  bool replaced_ = false;
  bool partial_ = false;  ///< the open question asks for some fields only
  int64_t tokens_first_ = 0, tokens_repairs_ = 0;
};

}  // namespace

void StructuredAsker::Ask(StructuredRequest request, StructuredDone done) {
  std::make_shared<Session>(asker_, std::move(request), std::move(done))->Begin();
}

}  // namespace yk::model
