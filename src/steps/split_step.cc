// SPDX-License-Identifier: Apache-2.0
#include "steps/split_step.h"

#include "pipeline/spec_reader.h"
#include "text/passages.h"
#include "text/utf8.h"

namespace yk::steps {
namespace {

class SplitStep final : public pipeline::Step {
 public:
  explicit SplitStep(text::PassageOptions options) : options_(std::move(options)) {}

  Result<std::vector<std::string>> Fields(std::vector<std::string> before) const override { return before; }

  void Process(pipeline::RowTask& task, pipeline::StepDone done) override {
    const std::string source = pipeline::RowText(task.row);
    const text::CodePointIndex index(source);
    text::PassageOptions options = options_;
    options.source_id = task.row.file;
    if (task.row.document != nullptr) {
      for (const auto& page : task.row.document->pages) {
        options.pages.push_back(index.ToBytes({static_cast<size_t>(page.begin), static_cast<size_t>(page.end)}));
      }
    }
    task.passages.clear();
    for (const auto& passage : text::SplitPassages(source, options)) {
      task.passages.push_back({passage.id, source.substr(passage.range.begin, passage.range.size()),
                               static_cast<int64_t>(index.ToCodePoint(passage.range.begin))});
    }
    done(pipeline::StepOutcome::Next());
  }

 private:
  const text::PassageOptions options_;
};

}  // namespace

Result<std::unique_ptr<pipeline::Step>> MakeSplitStep(const pipeline::StepSpec& spec, const pipeline::Places& places) {
  YK_TRY(auto reader, pipeline::ObjectReader::Open(spec.config, spec.pointer, places, "step split"));
  YK_TRY(const int64_t tokens, reader.Integer("tokens", 6000, 50, 1000000));
  YK_TRY(const int64_t overlap, reader.Integer("overlap", std::min<int64_t>(200, tokens / 4), 0, tokens / 2));
  YK_TRY_VOID(reader.Finish());
  text::PassageOptions options;
  options.tokens_max = static_cast<size_t>(tokens);
  options.overlap_tokens = static_cast<size_t>(overlap);
  return std::unique_ptr<pipeline::Step>(std::make_unique<SplitStep>(std::move(options)));
}

std::vector<pipeline::Passage> PassagesOf(const pipeline::RowTask& task) {
  if (!task.passages.empty()) return task.passages;
  return {pipeline::Passage{"", pipeline::RowText(task.row), 0}};
}

}  // namespace yk::steps
