// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/backend.h"

namespace yk::builtin {

/// Part of every stored answer's key: raised when the same text may get another answer.
inline constexpr int kVersion = 5;

struct BuiltinOptions {
  int threads = 0;       ///< 0: one per core
  size_t queue_max = 0;  ///< requests that wait before Submit refuses with kCapacity; 0: 64 per thread
};

/// The model that needs no weights: it fills the fields of a schema with quotes from the row's text (Extractor), or
/// with null. Of a row without a part "text" it reads all parts. Fixed parts are instructions for models that read; it
/// looks at the schema alone. A request without a
/// schema, or with one that is no object with properties, fails as kRequest; it never rates, summarises or guesses.
///
/// `threads` workers, named builtin-N, own nothing but a share of the queue. An answer depends on schema and text only.
class BuiltinBackend : public model::ModelBackend {
 public:
  explicit BuiltinBackend(BuiltinOptions options = {});
  ~BuiltinBackend() override;

  model::BackendInfo Info() const override;
  Result<void> Probe(MonoTime deadline) override;
  void Submit(model::Request request, model::Done done) override;
  void Cancel(model::RequestId id) override;

 private:
  class Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace yk::builtin
