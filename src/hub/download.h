// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "hub/hub_client.h"
#include "hub/part_file.h"
#include "hub/retry.h"

namespace yk::hub {

/// What a hub says of a file before it is fetched.
struct RemoteFile {
  std::string url;
  uint64_t bytes = 0;    ///< 0: not known
  std::string sha256;    ///< in hexadecimal; empty: the hub names none
  std::string version;   ///< its ETag
  std::string revision;  ///< commit or digest, for the record
};

/// Sees a download go.
class DownloadListener {
 public:
  virtual ~DownloadListener() = default;
  /// Some times a second, on the downloading thread; `total` 0: not known.
  virtual void Progress(const std::string& file, uint64_t done, uint64_t total) = 0;
  /// Something worth a line: a pause, a new beginning.
  virtual void Told(const std::string& sentence) = 0;
};

struct Download {
  std::string name;  ///< for people
  RemoteFile remote;
  std::filesystem::path destination;
  std::string token;
  /// The error that an answer of 400 and more means; `elsewhere`: it came from where a redirect led.
  std::function<Error(const net::HttpResponse& response, bool elsewhere)> explain;
};

/// Fetches a GGUF file to its destination; what stands there is replaced at the end. Goes on where an earlier attempt
/// or an earlier process stopped (Range and If-Range, RFC 9110 13 and 14), begins anew when the file has changed or the
/// server does not give ranges, waits and tries again as Retries says, and ends with a file of the right size and
/// SHA-256, durable under its name, or with none. Gives its digest in hexadecimal.
/// Errors: those of `explain`; no answer, or always a broken one (kUnavailable), a full disk (kExhausted), stopped
/// (kCancelled): the part stays; a wrong digest or no GGUF file: the part is removed.
Result<std::string> FetchFile(HubClient& client, const Download& download, const RetryRules& rules,
                              DownloadListener& listener);

/// Bytes free for us on the disk of a folder, which need not exist yet.
Result<uint64_t> FreeBytes(const std::filesystem::path& folder);

}  // namespace yk::hub
