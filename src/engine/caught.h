// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>

#include "base/result.h"

namespace yk::engine {

/// What an exception says, as the error of a run or a row. Nothing of ours throws on purpose; memory can run out, and a
/// library below can be wrong.
inline Error Unexpected(const std::exception& exception) {
  return {Code::kInternal, fmt::format("an unexpected fault: {}", exception.what()), {}};
}

/// Calls `body`, which returns a Result. An exception ends here and becomes its error: threads call their work so.
template <typename Body>
auto Caught(Body&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::exception& exception) {
    return Fail(Unexpected(exception));
  }
}

}  // namespace yk::engine
