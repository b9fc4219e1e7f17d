// SPDX-License-Identifier: Apache-2.0
#include "steps/text_key_step.h"

#include "base/hash.h"
#include "steps/merge.h"

namespace yk::steps {
namespace {

class TextKeyStep final : public pipeline::Step {
 public:
  Result<std::vector<std::string>> Fields(std::vector<std::string> before) const override { return before; }

  void Process(pipeline::RowTask& task, pipeline::StepDone done) override {
    if (task.row.document != nullptr) task.text_key = ToHex(Sha256(ValueKey(Json(task.row.document->text))));
    done(pipeline::StepOutcome::Next());
  }
};

}  // namespace

std::unique_ptr<pipeline::Step> MakeTextKeyStep() { return std::make_unique<TextKeyStep>(); }

}  // namespace yk::steps
