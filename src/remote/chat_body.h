// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/mutex.h"
#include "model/request.h"

namespace yk::remote {

/// How much of structured output a server understands, best first.
enum class SchemaMode { kStrict, kJsonObject, kText };

/// What is sent in which form to one endpoint; starts with everything and loses what the server refuses.
struct ChatDialect {
  SchemaMode schema_mode = SchemaMode::kStrict;
  bool system_role = true;
  bool seed = true, temperature = true, top_p = true, min_p = true, logprobs = true;
  bool completion_tokens = false;  ///< "max_completion_tokens" instead of "max_tokens"
  friend bool operator==(const ChatDialect&, const ChatDialect&) = default;
};

/// Leaves out, of what `dialect` sends for `request`, the thing that a refusal's text complains about. False: nothing
/// fits, so the request itself is at fault.
bool Concede(ChatDialect& dialect, const model::Request& request, std::string_view complaint);

/// The text as the inside of a JSON string; malformed UTF-8 becomes U+FFFD.
void AppendJsonEscaped(std::string_view text, std::string& out);

/// A row part as it stands in a message: between tags that name it, with everything in it broken up that could be
/// taken for such a tag or for a control token of a chat template. Data cannot leave its place.
std::string Delimited(const model::Part& part);

/// Renders chat completion requests. Parts before the first row part become the system message, the rest the user's.
/// Thread-safe; remembers the last few fixed texts and schemas, as jobs send the same ones again and again.
class ChatBodies {
 public:
  explicit ChatBodies(std::string_view model);
  std::string Render(const model::Request& request, const ChatDialect& dialect) YK_EXCLUDES(mutex_);

 private:
  struct Tail {
    std::shared_ptr<const Json> schema;
    ChatDialect dialect;
    std::shared_ptr<const std::string> response_format;  ///< JSON members, with a leading comma
    std::shared_ptr<const std::string> instruction;      ///< escaped text for the user message
  };
  struct Fixed {
    std::string text;
    std::shared_ptr<const std::string> escaped;
  };
  Tail TailFor(const std::shared_ptr<const Json>& schema, const ChatDialect& dialect) YK_EXCLUDES(mutex_);
  std::shared_ptr<const std::string> Escaped(const std::string& text) YK_EXCLUDES(mutex_);

  std::string head_;
  Mutex mutex_;
  std::deque<Tail> tails_ YK_GUARDED_BY(mutex_);
  std::deque<Fixed> fixed_ YK_GUARDED_BY(mutex_);
};

}  // namespace yk::remote
