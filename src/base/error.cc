// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

namespace yk {

std::string_view CodeName(Code code) {
  switch (code) {
    case Code::kInvalid: return "invalid";
    case Code::kNotFound: return "not_found";
    case Code::kConflict: return "conflict";
    case Code::kUnauthorized: return "unauthorized";
    case Code::kUnavailable: return "unavailable";
    case Code::kTimeout: return "timeout";
    case Code::kCancelled: return "cancelled";
    case Code::kExhausted: return "exhausted";
    case Code::kCorrupt: return "corrupt";
    case Code::kInternal: return "internal";
  }
  return "internal";
}

Error Error::With(std::string frame) && {
  context.push_back(std::move(frame));
  return std::move(*this);
}

Error Error::With(std::string frame) const& {
  Error copy = *this;
  copy.context.push_back(std::move(frame));
  return copy;
}

std::string Error::ToString() const {
  std::string out;
  for (auto frame = context.rbegin(); frame != context.rend(); ++frame) {
    out += *frame;
    out += ": ";
  }
  return out + message;
}

}  // namespace yk
