// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "llama/tokenizer.h"
#include "llama/weights.h"

namespace yk::llama {

/// A conversation as the model wants to see it, ready to be continued by the answer.
struct Rendered {
  std::string text;
  std::string thinking_end;  ///< what ends the model's thinking, when it begins by thinking; else empty
};

/// The chat template of a model (Jinja, kept in its file): the one place that knows the library's template engine.
/// Rendered once for all rows of a step.
class ChatFormat {
 public:
  ~ChatFormat();

  /// `source` replaces the template of the file. kInvalid: it does not parse. A file without one gets the plain format:
  /// the texts below one another, as models that were never taught to chat expect.
  static Result<std::unique_ptr<ChatFormat>> Open(const Weights& weights, const Tokenizer& tokenizer,
                                                  const std::string& source);

  bool plain() const;

  /// `thinking`: a model that can think before it answers may do so.
  Result<Rendered> Render(const std::string& system, const std::string& user, bool thinking) const;

 private:
  struct State;
  explicit ChatFormat(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace yk::llama
