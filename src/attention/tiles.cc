// SPDX-License-Identifier: Apache-2.0
#include "attention/tiles.h"

#include <algorithm>

namespace yk::attention {
namespace {

constexpr int64_t kNarrowest = 16;

int64_t Parts(int64_t whole, int64_t part) { return (whole + part - 1) / part; }

}  // namespace

Tiles::Tiles(const Attention& attention, int threads)
    : streams_(attention.streams),
      kv_heads_(attention.kv_heads),
      heads_of_one_(attention.heads / attention.kv_heads),
      tokens_(attention.tokens) {
  int64_t width = kWidest;
  while (width > kNarrowest && tokens_ * heads_of_one_ <= width / 2) width /= 2;
  for (Cut(width); width > kNarrowest && count() < threads; Cut(width)) width /= 2;
}

void Tiles::Cut(int64_t width) {
  width_ = width;
  heads_in_tile_ = std::min(width, heads_of_one_);
  tokens_in_tile_ = width / heads_in_tile_;
  head_groups_ = Parts(heads_of_one_, heads_in_tile_);
  token_groups_ = Parts(tokens_, tokens_in_tile_);
}

Tile Tiles::at(int64_t index) const {
  // Neighbours in time are neighbours in the cache: tiles of one head of keys follow each other.
  const int64_t token_group = index % token_groups_;
  index /= token_groups_;
  const int64_t head_group = index % head_groups_;
  index /= head_groups_;
  Tile tile{};
  tile.kv_head = index % kv_heads_;
  tile.stream = index / kv_heads_;
  tile.first_head = tile.kv_head * heads_of_one_ + head_group * heads_in_tile_;
  tile.heads = std::min(heads_in_tile_, heads_of_one_ - head_group * heads_in_tile_);
  tile.first_token = token_group * tokens_in_tile_;
  tile.tokens = std::min(tokens_in_tile_, tokens_ - tile.first_token);
  tile.width = width_;
  return tile;
}

}  // namespace yk::attention
