// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/hash.h"
#include "base/json_fwd.h"
#include "base/mutex.h"
#include "model/backend.h"
#include "model/request.h"
#include "store/answer_store.h"

namespace yk::model {

/// Names the answer to a request by everything that could change it. SHA-256 over length-prefixed fields of all that
/// is sent and the backend's identity; what is left out is listed, not what is put in:
///  - `id` and `deadline` belong to the try, not to the question;
///  - `tokens_max`: only answers that ended by themselves are served again, and those would be the same under any
///    limit that lets them end. So a question that had to be asked with a higher limit is found again.
/// K_ask takes of the schema only what it asks (field names, descriptions, x-…), not what it demands (types, enums,
/// bounds): an answer to the same question may fit a changed demand. A new field or other words are a new question.
/// Thread-safe.
class AnswerKeys {
 public:
  explicit AnswerKeys(const BackendInfo& info) : identity_(info.identity) {}

  store::AnswerKey Of(const Request& request) YK_EXCLUDES(mutex_);

 private:
  struct SchemaDigests {
    Digest whole{}, question{};
  };
  SchemaDigests OfSchema(const std::shared_ptr<const Json>& schema) YK_EXCLUDES(mutex_);

  const std::string identity_;
  Mutex mutex_;
  // The schema of a job is one object shared by all rows: its canonical form is made once. Holding it keeps its
  // address from being given to another schema.
  std::shared_ptr<const Json> last_schema_ YK_GUARDED_BY(mutex_);
  SchemaDigests last_digests_ YK_GUARDED_BY(mutex_);
};

}  // namespace yk::model
