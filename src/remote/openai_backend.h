// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/backend.h"
#include "net/http_client.h"
#include "remote/chat_body.h"
#include "remote/chat_reply.h"

namespace yk::remote {

struct OpenAiOptions {
  std::string url;       ///< "http://127.0.0.1:11434/v1"; "/v1" is added to an address without a path
  std::string model;     ///< as the server calls it
  std::string key;       ///< sent as bearer token; empty: none. Never printed
  std::string key_name;  ///< where the key comes from, for sentences: "env:OPENAI_API_KEY"
  std::string identity;  ///< adds to the identity of its answers, where equal model names stand for different weights
  int64_t context_tokens = 0;
  int in_flight_max = 0;  ///< 0: the governor finds out
  TokenPrices prices;
  std::vector<net::HttpHeader> headers;  ///< beside ours, such as an organisation
  std::string ca_file;
};

/// Any server that speaks OpenAI's chat completions. Thread-safe; callbacks come on the client's io thread. What a
/// server refuses (json_schema, then json_object; seed, temperature, …) is left out of the same request at once and of
/// all later ones; a request is sent at most a few times for that, and has one Outcome.
class OpenAiBackend final : public model::ModelBackend {
 public:
  /// kInvalid: the URL is not http(s), or the model has no name. `client` and `clock` must outlive the backend.
  static Result<std::unique_ptr<OpenAiBackend>> Open(net::HttpClient& client, const Clock& clock,
                                                     OpenAiOptions options);
  ~OpenAiBackend() override;

  model::BackendInfo Info() const override;

  /// GET /models within ten seconds. kUnauthorized: the key is refused; kUnavailable: nobody answers there.
  Result<void> Probe(MonoTime deadline) override;

  void Submit(model::Request request, model::Done done) override;
  void Cancel(model::RequestId id) override;

 private:
  class Core;
  explicit OpenAiBackend(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace yk::remote
