// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/http_server.h"
#include "testing/fake_model/script.h"

namespace yk::testing {

struct FakeModelStats {
  int64_t requests = 0;  ///< chat completions asked for
  int64_t answered = 0;  ///< with 200 and a whole body
  int64_t in_flight = 0;
  int64_t in_flight_max = 0;
  int64_t queued_max = 0;  ///< behind the capacity
  int64_t rate_limited = 0;
  int64_t tokens_in = 0, tokens_out = 0;
  std::map<std::string, int64_t> faults;  ///< by name
};

/// A model server for tests and benchmarks: the OpenAI-compatible protocol over real sockets, with answers that a
/// schema accepts and with every fault a script asks for. Routes: POST /v1/chat/completions, POST /v1/embeddings,
/// GET /v1/models, GET /stats. Thread-safe.
class FakeModel {
 public:
  static Result<std::unique_ptr<FakeModel>> Start(FakeModelScript script, net::HttpServerOptions options = {});
  ~FakeModel();

  /// The address to configure, "http://127.0.0.1:PORT/v1".
  std::string url() const;
  uint16_t port() const;
  FakeModelStats stats() const;
  /// The unescaped text of every row asked for, in order, as many as `rows_kept` of the last ones.
  std::vector<std::string> rows() const;

  /// Behaves otherwise from the next request on; time and counters go on.
  void Change(FakeModelScript script);

  static constexpr size_t rows_kept = 10'000;

 private:
  class Impl;
  explicit FakeModel(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The program yakan-fakemodel; returns its exit code.
int FakeModelMain(int argc, char** argv);

}  // namespace yk::testing
