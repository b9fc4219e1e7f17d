// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace yk {

/// An integer id that cannot be mixed up with another kind: Id<struct JobTag>.
template <typename Tag>
struct Id {
  int64_t value = 0;
  friend auto operator<=>(Id, Id) = default;
};

}  // namespace yk

template <typename Tag>
struct std::hash<yk::Id<Tag>> {
  size_t operator()(yk::Id<Tag> id) const noexcept { return std::hash<int64_t>{}(id.value); }
};
