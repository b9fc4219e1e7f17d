// SPDX-License-Identifier: Apache-2.0
#include "llama/row_maker.h"

#include <algorithm>

#include "base/json.h"
#include "base/log.h"
#include "constrain/grammar.h"

namespace yk::llama {
namespace {

constexpr size_t kCompiledKept = 16;

}  // namespace

RowMaker::RowMaker(const Tokenizer& tokenizer, const ChatFormat& format, int thinking_tokens, bool fast_forward)
    : tokenizer_(tokenizer),
      thinking_tokens_(thinking_tokens),
      fast_forward_(fast_forward),
      prompts_(tokenizer, format, thinking_tokens > 0) {}

Result<RowSpec> RowMaker::Make(uint64_t id, const model::Request& request) {
  RowSpec row;
  row.id = id;
  YK_TRY(row.prompt, prompts_.Make(request));
  if (request.schema != nullptr) {
    YK_TRY(row.decoder, DecoderFor(request.schema));
  }
  row.sampling = request.sampling;
  row.deadline = request.deadline;
  row.thinking_tokens = thinking_tokens_;
  return row;
}

Result<std::shared_ptr<const constrain::Decoder>> RowMaker::DecoderFor(const std::shared_ptr<const Json>& schema) {
  const auto found = std::find_if(compiled_.begin(), compiled_.end(),
                                  [&](const Compiled& one) { return one.schema == schema || *one.schema == *schema; });
  if (found != compiled_.end()) {
    compiled_.splice(compiled_.begin(), compiled_, found);
    return compiled_.front().decoder;
  }
  YK_TRY(auto grammar, constrain::Grammar::Compile(*schema));
  for (const std::string& keyword : grammar->unenforced())
    log::Info("the schema's {} cannot be enforced while the model writes; answers are checked afterwards", keyword);
  constrain::Tokenize tokenize;
  if (fast_forward_) tokenize = [this](std::string_view text) { return tokenizer_.Data(text); };
  auto decoder =
      std::make_shared<const constrain::Decoder>(std::move(grammar), tokenizer_.pieces(), std::move(tokenize));
  compiled_.push_front({schema, decoder});
  if (compiled_.size() > kCompiledKept) compiled_.pop_back();
  return decoder;
}

}  // namespace yk::llama
