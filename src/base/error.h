// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace yk {

/// What kind of thing went wrong, for users, HTTP status and exit codes. What a retry does is decided by
/// model::FailureClass, not by this.
enum class Code {
  kInvalid,       ///< the caller's input is wrong: usage, spec, file content
  kNotFound,      ///< the named thing does not exist
  kConflict,      ///< it exists in another shape or is held by somebody else
  kUnauthorized,  ///< a key is missing, wrong or lacks a right
  kUnavailable,   ///< a service or resource cannot be reached now
  kTimeout,       ///< a deadline passed
  kCancelled,     ///< somebody asked to stop
  kExhausted,     ///< disk, memory, quota or budget is used up
  kCorrupt,       ///< stored data does not read back as it was written
  kInternal,      ///< a bug of ours
};

/// "invalid", "not_found", … as printed in JSON output.
std::string_view CodeName(Code code);

/// A failure as a sentence: `message` says what happened and what to do; `context` is added outward, nearest first
/// ("reading contracts/a.pdf", "row 17").
struct Error {
  Code code = Code::kInternal;
  std::string message;
  std::vector<std::string> context;

  /// The same error, seen from one frame further out.
  Error With(std::string frame) &&;
  Error With(std::string frame) const&;

  /// "row 17: reading contracts/a.pdf: the file is empty": outermost frame first.
  std::string ToString() const;
};

}  // namespace yk
