// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/container.h"
#include "reader/wire.h"

namespace yk::formats {

/// The way from a file to the member that was read last: each container on it stays open, and each content in memory,
/// until a request goes another way. Without it, reading all members of a mailbox or of a compressed archive one by one
/// would go through the file anew for each.
class OpenContainers {
 public:
  /// Reads request.options.member of the file whose content is `bytes`; without a member, the file itself. Between two
  /// calls without Forget the bytes are the same and stay. Errors as ReadContent's.
  Result<reader::ReadAnswer> Read(const reader::ReadRequest& request, std::string_view bytes);

  /// Closes all of them. Before another file is read.
  void Forget() { levels_.clear(); }

 private:
  struct Level {
    std::string member;  ///< its name in the container above
    std::string name;    ///< for formats
    std::string content;
    std::string_view bytes;  ///< of `content`, or the file's
    Parser read = nullptr;
    int depth = 0;
    uint64_t bytes_left = 0;  ///< that may still be unfolded
    bool asked = false;       ///< whether `container` was tried
    std::unique_ptr<Container> container{};
  };

  Result<reader::ReadAnswer> Walk(const reader::ReadRequest& request, std::string_view bytes);
  static Result<Container*> Open(Level& level, const reader::ReadRequest& request);
  Result<void> Descend(size_t from, const std::string& member);

  std::vector<std::unique_ptr<Level>> levels_;  ///< outermost first
};

}  // namespace yk::formats
