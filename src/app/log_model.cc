// SPDX-License-Identifier: Apache-2.0
#include "app/log_model.h"

#include <future>

#include "app/model_set.h"
#include "app/settings.h"
#include "app/store_access.h"
#include "incidents/prompt.h"
#include "model/structured.h"
#include "store/memory_store.h"

namespace yk::app {
namespace {

constexpr int kAnswerTokensMax = 6000;

Result<model::StructuredResult> AskOnce(ModelSet& models, const std::string& name, const incidents::Subject& subject,
                                        std::stop_token stop) {
  YK_TRY(model::Asker * asker, models.Open(name));
  YK_TRY_VOID(models.Probe());
  model::StructuredPolicy policy;
  policy.sampling.tokens_max = kAnswerTokensMax;
  YK_TRY(const auto spec, model::StructuredSpec::Make(incidents::AnswerSchema(), policy));
  model::StructuredRequest request;
  request.spec = spec;
  request.parts = {{model::Part::Kind::kFixed, incidents::PromptInstruction(), ""},
                   {model::Part::Kind::kRow, incidents::PromptData(subject), "log"}};
  request.rules = [&subject](Json& answer) {
    std::vector<text::SchemaViolation> violations;
    for (const std::string& wrong : incidents::CheckAnswer(answer, subject))
      violations.push_back({"/incidents", wrong, "evidence"});
    return violations;
  };
  std::promise<model::StructuredResult> answered;
  auto answer = answered.get_future();
  const std::stop_callback stopped(stop, [&models] { models.Stop(); });
  model::StructuredAsker(*asker).Ask(
      std::move(request), [&answered](model::StructuredResult result) { answered.set_value(std::move(result)); });
  return answer.get();
}

}  // namespace

Result<std::vector<incidents::Explanation>> ExplainIncidents(const CommandContext& context, const std::string& model,
                                                             sources::LogAnalysis* analysis) {
  if (analysis->findings.incidents.empty()) return std::vector<incidents::Explanation>();
  const std::filesystem::path here = std::filesystem::current_path();
  YK_TRY(const Settings settings, LoadSettings(here));
  YK_TRY(const std::filesystem::path db, StorePath(settings, context.store_flag, here));
  auto store = OpenAsOwner(db, context.clock);
  store::MemoryStore memory(context.clock);
  if (!store && store.error().code != Code::kConflict) return Fail(std::move(store).error());
  if (!store) analysis->notes.push_back("the store is in use, so the model's answer was not kept");
  store::AnswerStore& answers = store ? static_cast<store::AnswerStore&>(**store) : memory;
  ModelSet models(settings, answers, context.clock, {});
  const incidents::Subject subject = analysis->Subject();
  YK_TRY(const model::StructuredResult result, AskOnce(models, model, subject, context.stop));
  const bool given =
      result.status == model::StructuredStatus::kOk || result.status == model::StructuredStatus::kQuarantined;
  if (!given) return Fail(result.error.With(fmt::format("asking the model '{}' about the incidents", model)));
  std::vector<std::string> dropped;
  std::vector<incidents::Explanation> said = incidents::ReadAnswer(result.value, subject, &dropped);
  for (std::string& sentence : dropped) analysis->notes.push_back(std::move(sentence));
  if (said.empty()) analysis->notes.push_back(fmt::format("the model '{}' gave no explanation that holds", model));
  return said;
}

}  // namespace yk::app
