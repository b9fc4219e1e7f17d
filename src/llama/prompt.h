// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "llama/chat_format.h"
#include "llama/tokenizer.h"
#include "model/request.h"

namespace yk::llama {

/// The tokens that open every prompt of a step: computed once, shared by its rows.
struct Head {
  std::vector<Token> tokens;
};

struct Prompt {
  std::shared_ptr<const Head> head;
  std::vector<Token> tail;                                 ///< the row's own part, up to where the answer begins
  std::shared_ptr<const std::vector<Token>> thinking_end;  ///< set: the model thinks first, until these tokens
};

/// Makes prompts out of requests. What the rows of a step have in common goes through the chat template and the
/// tokenizer once; the text of a row is tokenised as data, so that nothing in it can end a turn. Not thread-safe.
class PromptMaker {
 public:
  PromptMaker(const Tokenizer& tokenizer, const ChatFormat& format, bool thinking)
      : tokenizer_(tokenizer), format_(format), thinking_(thinking) {}

  /// kInvalid: the chat template fails on it.
  Result<Prompt> Make(const model::Request& request);

 private:
  /// The fixed text of a step: pieces between which the row's texts stand.
  struct Shape {
    std::vector<std::string> fixed;  ///< texts and names of the parts, for recognising it
    std::shared_ptr<const Json> schema;
    std::shared_ptr<const Head> head;
    std::vector<std::vector<Token>> after;  ///< [i]: what follows the i-th row text
    std::shared_ptr<const std::vector<Token>> thinking_end;
  };
  Result<const Shape*> ShapeOf(const model::Request& request);
  Result<Shape> MakeShape(const model::Request& request) const;

  const Tokenizer& tokenizer_;
  const ChatFormat& format_;
  const bool thinking_;
  std::list<Shape> shapes_;  ///< the last used first
};

}  // namespace yk::llama
