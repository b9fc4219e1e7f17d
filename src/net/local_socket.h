// SPDX-License-Identifier: Apache-2.0
// One line of JSON in, one line of JSON out, between processes of one user on one machine: how another `yakan`
// speaks to the owner of a store.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/json_fwd.h"
#include "base/result.h"

namespace yk::net {

/// A listening unix stream socket of mode 0600 that answers one request per line. Only peers of our own user (or
/// root) are heard. One thread, `local-socket`, serves every connection and calls the handler.
class LocalServer {
 public:
  /// Gives the answer to a request; runs on the server's thread, one call at a time, and should return within a second.
  using Handler = std::function<Json(const Json& request)>;

  /// A socket file that a dead process left behind is replaced. Errors: somebody answers on it (kConflict), the path
  /// is longer than the system allows (kInvalid), something else than a socket stands there (kConflict), errno.
  static Result<std::unique_ptr<LocalServer>> Start(const std::filesystem::path& path, Handler handler);

  /// Ends the thread and removes the socket file when it is still ours.
  ~LocalServer();

 private:
  class Impl;
  explicit LocalServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Sends one request and waits for its answer. Errors: nobody listens (kNotFound for a missing file, kUnavailable for
/// a dead one), no answer in time (kTimeout), an answer that is not JSON (kCorrupt).
Result<Json> LocalCall(const std::filesystem::path& path, const Json& request,
                       Duration timeout = std::chrono::seconds(10));

}  // namespace yk::net
