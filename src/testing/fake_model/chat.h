// SPDX-License-Identifier: Apache-2.0
// The bodies of the OpenAI-compatible protocol, from the server's side.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "testing/fake_model/answer_maker.h"
#include "testing/fake_model/script.h"

namespace yk::testing {

/// What a chat completion request says, as views into its body.
struct ChatRequest {
  std::string_view model;
  std::string_view messages;         ///< raw array
  std::string_view row;              ///< raw content of the last message: what is asked about
  std::string_view response_format;  ///< raw object or empty
  int64_t tokens_max = 0;            ///< 0: not limited
  bool stream = false;
  bool stream_usage = false;
  bool logprobs = false;
  int64_t tokens_in() const { return static_cast<int64_t>(messages.size() / 4 + 1); }
};

/// Empty: the body is not a chat completion request.
std::optional<ChatRequest> ReadChatRequest(std::string_view body);

struct ChatAnswer {
  std::string content;
  std::string_view finish = "stop";
  int64_t tokens_out() const { return static_cast<int64_t>(content.size() / 4 + 1); }
};

/// Compiled schemas by the bytes of the response_format that brought them.
class AnswerMakers {
 public:
  /// Null: free text is wanted. An error: the response_format holds no usable schema.
  Result<std::shared_ptr<const AnswerMaker>> Find(std::string_view response_format);

 private:
  struct Entry {
    std::string response_format;
    std::shared_ptr<const AnswerMaker> maker;
  };
  std::vector<Entry> entries_;  ///< few: jobs have one schema each
};

/// The answer to a row with the fault (if any) already in its content.
ChatAnswer MakeAnswer(const FakeModelScript& script, const ChatRequest& request, const AnswerMaker* maker,
                      std::optional<FaultKind> fault);

struct ReplyFrame {
  std::string_view model;
  uint64_t id = 0;
  int64_t created = 0;  ///< Unix seconds
};

/// The body of a whole answer.
std::string ChatBody(const ReplyFrame& frame, const ChatRequest& request, const ChatAnswer& answer);

/// The events of a streamed answer, "data: [DONE]" last.
std::vector<std::string> ChatEvents(const ReplyFrame& frame, const ChatRequest& request, const ChatAnswer& answer);

/// {"error":{"message":…,"type":…,"code":…}}
std::string ErrorBody(std::string_view message, std::string_view type, std::string_view code);

/// The answer to /v1/embeddings: equal texts get equal vectors of length 1, similar texts similar ones.
Result<std::string> EmbeddingBody(std::string_view body, const FakeModelScript& script);

}  // namespace yk::testing
