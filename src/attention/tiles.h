// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "attention/attend.h"

namespace yk::attention {

/// How an Attention is cut into tiles: as wide as its tokens fill, and enough of them for every thread to have one.
class Tiles {
 public:
  Tiles(const Attention& attention, int threads);

  int64_t count() const { return streams_ * kv_heads_ * head_groups_ * token_groups_; }
  Tile at(int64_t index) const;

 private:
  void Cut(int64_t width);

  int64_t streams_, kv_heads_, heads_of_one_, tokens_;
  int64_t width_ = 0, heads_in_tile_ = 0, tokens_in_tile_ = 0, head_groups_ = 0, token_groups_ = 0;
};

}  // namespace yk::attention
