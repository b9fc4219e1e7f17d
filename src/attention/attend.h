// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace yk::attention {

/// Vectors of one kind, one for each (stream, token or cell, head). Strides are in bytes.
struct Vectors {
  const std::byte* data = nullptr;
  size_t token_stride = 0, head_stride = 0, stream_stride = 0;

  const std::byte* at(int64_t stream, int64_t token, int64_t head) const {
    return data + static_cast<size_t>(stream) * stream_stride + static_cast<size_t>(token) * token_stride +
           static_cast<size_t>(head) * head_stride;
  }
};

/// Writes `size` numbers of a vector that is kept in some format as floats.
using Unpack = void (*)(const void* vector, float* out, int64_t size);

/// softmax(scale * queries . keys + mask) . values, for every token and head: the attention of one layer of a
/// transformer (Vaswani et al. 2017), several heads of queries sharing one head of keys (Ainslie et al. 2023).
struct Attention {
  int64_t streams = 1, tokens = 0, cells = 0;  ///< tokens and cells of one stream; cells are what a cache holds
  int64_t heads = 0, kv_heads = 0;             ///< `heads` is a multiple of `kv_heads`
  int64_t key_size = 0, value_size = 0;        ///< numbers in a vector, multiples of kSizeMultiple
  float scale = 1;
  Vectors queries;       ///< 32-bit floats
  Vectors keys, values;  ///< for each cell: 16-bit floats, or what the next two can read
  Unpack unpack_key = nullptr, unpack_value = nullptr;
  const std::byte* mask =
      nullptr;  ///< 16-bit floats [streams][tokens][>= cells]: 0 to see a cell, -inf not to; null: sees all
  size_t mask_token_stride = 0, mask_stream_stride = 0;
  const float* sinks = nullptr;  ///< for each head a score that takes weight and gives no value; null: none
  float* out = nullptr;          ///< [streams][tokens][heads][value_size]
};

inline constexpr int64_t kSizeMultiple = 8;

/// A part of an Attention that is computed in one go: some tokens and the heads that share one head of keys.
struct Tile {
  int64_t stream, kv_head, first_head, heads, first_token, tokens;
  int64_t width;  ///< (token, head) pairs computed together: 16, 32 or kWidest
};

inline constexpr int64_t kWidest = 64;

/// Computes one tile into `attention.out`. `scratch`: ScratchFloats() floats at a multiple of 64 bytes, the caller's
/// alone for the time of the call. Cells that no token of the tile may see cost a glance at the mask, those that all of
/// them see are read once for all (FlashAttention, Dao et al. 2022, turned so that a vector register holds tokens).
void Attend(const Attention& attention, const Tile& tile, float* scratch);
int64_t ScratchFloats(const Attention& attention);

/// The vector instructions that this machine's processor was found to have, for example "AVX3".
const char* Instructions();

/// Whether there are any that this was written for (AVX2 and up, NEON). Without them the results are right and late.
bool HasVectors();

}  // namespace yk::attention
