// SPDX-License-Identifier: Apache-2.0
#include "attention/attend.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

// This file is compiled once for each instruction set, and the best one that the processor has is taken at run time.
// Left out are those whose registers have no size until the program runs, and those without a fused multiply and add.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV | HWY_SSSE3 | HWY_SSE4)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "attention/attend.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace yk::attention::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::CappedTag<float, 16>;
using Vec = hn::Vec<Floats>;
constexpr size_t kLanes = hn::MaxLanes(Floats());

/// Cells looked at together: their keys, values and weights fit the first cache.
constexpr int64_t kCells = 32;
constexpr uint16_t kHalfMinusInfinity = 0xFC00;
/// Below every score, and finite, so that the difference of two of them is a number.
constexpr float kLowest = -1e30F;

/// out[i][lane] (+)= sum over k of a[i * a_row + k * a_step] * b[k][lane], for kRows rows and kColumns vectors of
/// lanes.
template <int kRows, int kColumns, bool kAdd>
HWY_INLINE void Multiply(const float* HWY_RESTRICT a, size_t a_row, size_t a_step, const float* HWY_RESTRICT b,
                         size_t steps, size_t width, float* HWY_RESTRICT out) {
  const Floats d;
  Vec sums[kRows][kColumns];
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 4
    for (int j = 0; j < kColumns; ++j)
      sums[i][j] =
          kAdd ? hn::Load(d, out + static_cast<size_t>(i) * width + static_cast<size_t>(j) * kLanes) : hn::Zero(d);
  }
  for (size_t k = 0; k < steps; ++k) {
    Vec right[kColumns];
#pragma GCC unroll 4
    for (int j = 0; j < kColumns; ++j) right[j] = hn::Load(d, b + k * width + static_cast<size_t>(j) * kLanes);
#pragma GCC unroll 8
    for (int i = 0; i < kRows; ++i) {
      const Vec left = hn::Set(d, a[static_cast<size_t>(i) * a_row + k * a_step]);
#pragma GCC unroll 4
      for (int j = 0; j < kColumns; ++j) sums[i][j] = hn::MulAdd(left, right[j], sums[i][j]);
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 4
    for (int j = 0; j < kColumns; ++j)
      hn::Store(sums[i][j], d, out + static_cast<size_t>(i) * width + static_cast<size_t>(j) * kLanes);
  }
}

/// The same for all rows and the whole width, in blocks that the registers hold.
template <int kRows, int kColumns, bool kAdd>
void MultiplyBlocks(const float* a, size_t a_row, size_t a_step, const float* b, size_t rows, size_t steps,
                    size_t width, float* out) {
  for (size_t row = 0; row < rows; row += kRows)
    for (size_t lane = 0; lane < width; lane += kColumns * kLanes)
      Multiply<kRows, kColumns, kAdd>(a + row * a_row, a_row, a_step, b + lane, steps, width, out + row * width + lane);
}

template <bool kAdd>
void MultiplyAll(const float* a, size_t a_row, size_t a_step, const float* b, size_t rows, size_t steps, size_t width,
                 float* out) {
#if HWY_ARCH_X86 && HWY_TARGET > HWY_AVX3
  constexpr int kMost = 2;  // sixteen registers
#else
  constexpr int kMost = 4;
#endif
  if (width >= kMost * kLanes) return MultiplyBlocks<4, kMost, kAdd>(a, a_row, a_step, b, rows, steps, width, out);
  if (width >= 2 * kLanes) return MultiplyBlocks<4, 2, kAdd>(a, a_row, a_step, b, rows, steps, width, out);
  MultiplyBlocks<8, 1, kAdd>(a, a_row, a_step, b, rows, steps, width, out);
}

/// 2^x for x <= 0, and 0 below -126. Relative error under 2e-7: the Taylor series of 2^f about 0, |f| <= 1/2, to f^6.
HWY_INLINE Vec PowerOfTwo(Vec x) {
  const Floats d;
  const hn::RebindToSigned<Floats> di;
  const auto tiny = hn::Lt(x, hn::Set(d, -126.0F));
  x = hn::Max(x, hn::Set(d, -126.0F));
  const auto whole = hn::NearestInt(x);
  const Vec f = hn::Sub(x, hn::ConvertTo(d, whole));
  Vec sum = hn::Set(d, 1.5403530e-4F);
  for (const float next : {1.3333558e-3F, 9.6181291e-3F, 5.5504109e-2F, 2.4022651e-1F, 6.9314718e-1F, 1.0F})
    sum = hn::MulAdd(sum, f, hn::Set(d, next));
  const Vec power = hn::BitCast(d, hn::ShiftLeft<23>(hn::Add(whole, hn::Set(di, 127))));
  return hn::IfThenZeroElse(tiny, hn::Mul(sum, power));
}

/// `size`: a multiple of kSizeMultiple.
void UnpackHalves(const std::byte* from, float* to, int64_t size) {
  const auto* halves = reinterpret_cast<const hwy::float16_t*>(from);
  const auto unpack = [&](auto d, size_t i) HWY_ATTR {
    const hn::Rebind<hwy::float16_t, decltype(d)> half;
    hn::StoreU(hn::PromoteTo(d, hn::LoadU(half, halves + i)), d, to + i);
  };
  size_t i = 0;
  for (; i + kLanes <= static_cast<size_t>(size); i += kLanes) unpack(Floats(), i);
  const hn::CappedTag<float, kSizeMultiple> rest;
  for (; i < static_cast<size_t>(size); i += hn::MaxLanes(rest)) unpack(rest, i);
}

/// What the tokens of a tile see of kCells cells, or of the `cells` that are left at the end.
struct Sight {
  uint32_t any = 0;  ///< a bit for each cell that some of them see
  bool all = false;  ///< all of them see all of the cells as they are
};

Sight Look(const std::byte* mask, size_t token_stride, int64_t tokens, int64_t cells) {
  const hn::CappedTag<uint16_t, kCells> d;
  constexpr size_t kVectors = kCells / hn::MaxLanes(d);
  const auto hidden = hn::Set(d, kHalfMinusInfinity);
  hn::Vec<decltype(d)> unlike_hidden[kVectors], unlike_seen = hn::Zero(d);
  for (auto& one : unlike_hidden) one = hn::Zero(d);
  for (int64_t t = 0; t < tokens; ++t) {
    const auto* row = reinterpret_cast<const uint16_t*>(mask + static_cast<size_t>(t) * token_stride);
    HWY_ALIGN uint16_t last[kCells];
    if (cells < kCells) {
      std::fill(std::copy_n(row, cells, last), last + kCells, kHalfMinusInfinity);
      row = last;
    }
    for (size_t v = 0; v < kVectors; ++v) {
      const auto bits = hn::LoadU(d, row + v * hn::MaxLanes(d));
      unlike_hidden[v] = hn::Or(unlike_hidden[v], hn::Xor(bits, hidden));
      unlike_seen = hn::Or(unlike_seen, bits);
    }
  }
  Sight out;
  for (size_t v = 0; v < kVectors; ++v) {
    uint8_t bits[8] = {};
    hn::StoreMaskBits(d, hn::Ne(unlike_hidden[v], hn::Zero(d)), bits);
    uint32_t some = 0;
    std::memcpy(&some, bits, sizeof(some));
    out.any |= some << (v * hn::MaxLanes(d));
  }
  out.all = hn::AllTrue(d, hn::Eq(unlike_seen, hn::Zero(d)));
  return out;
}

/// The memory of one tile while it is computed. Lane (head, token) is number head * tokens + token.
struct Work {
  size_t width;
  float* queries;  ///< [key_size][width], scaled for powers of two
  float* keys;     ///< [kCells][key_size]
  float* values;   ///< [kCells][value_size]
  float* weights;  ///< [kCells][width]
  float* out;      ///< [value_size][width]
  float* highest;  ///< [width] the highest score so far
  float* total;    ///< [width] the weights so far
};

constexpr float kLog2E = 1.44269504088896340736F;

void LoadQueries(const Attention& a, const Tile& tile, Work& work) {
  std::fill_n(work.queries, static_cast<size_t>(a.key_size) * work.width, 0.0F);
  for (int64_t h = 0; h < tile.heads; ++h) {
    for (int64_t t = 0; t < tile.tokens; ++t) {
      const auto* query =
          reinterpret_cast<const float*>(a.queries.at(tile.stream, tile.first_token + t, tile.first_head + h));
      float* lane = work.queries + h * tile.tokens + t;
      for (int64_t i = 0; i < a.key_size; ++i) lane[static_cast<size_t>(i) * work.width] = query[i] * a.scale * kLog2E;
    }
  }
}

/// Cells that are computed together, wherever they lie in the cache.
struct Cells {
  int64_t at[kCells];
  int64_t count = 0;
};

void LoadCells(const Attention& a, const Tile& tile, const Cells& cells, Work& work) {
  for (int64_t c = 0; c < cells.count; ++c) {
    const std::byte* key = a.keys.at(tile.stream, cells.at[c], tile.kv_head);
    const std::byte* value = a.values.at(tile.stream, cells.at[c], tile.kv_head);
    a.unpack_key ? a.unpack_key(key, work.keys + c * a.key_size, a.key_size)
                 : UnpackHalves(key, work.keys + c * a.key_size, a.key_size);
    a.unpack_value ? a.unpack_value(value, work.values + c * a.value_size, a.value_size)
                   : UnpackHalves(value, work.values + c * a.value_size, a.value_size);
  }
  // What lies there from before need not be a number, and weighs nothing only if it is one.
  std::fill_n(work.keys + cells.count * a.key_size, (kCells - cells.count) * a.key_size, 0.0F);
  std::fill_n(work.values + cells.count * a.value_size, (kCells - cells.count) * a.value_size, 0.0F);
}

void AddMask(const Attention& a, const Tile& tile, const std::byte* mask, const Cells& cells, Work& work) {
  for (int64_t t = 0; mask != nullptr && t < tile.tokens; ++t) {
    const auto* row = reinterpret_cast<const uint16_t*>(mask + static_cast<size_t>(t) * a.mask_token_stride);
    uint16_t halves[kCells] = {};
    for (int64_t c = 0; c < cells.count; ++c) halves[c] = row[cells.at[c]];
    float values[kCells];
    UnpackHalves(reinterpret_cast<const std::byte*>(halves), values, kCells);
    for (int64_t c = 0; c < cells.count; ++c) {
      if (values[c] == 0) continue;
      // Set and not added: a score of somebody else's cell may be no number. And where the processor cannot turn halves
      // into floats, Highway makes a large number of infinity.
      const bool hidden = halves[c] == kHalfMinusInfinity;
      float* weights = work.weights + static_cast<size_t>(c) * work.width + t;
      for (int64_t h = 0; h < tile.heads; ++h) {
        float& weight = weights[h * tile.tokens];
        weight = hidden ? -INFINITY : weight + values[c] * kLog2E;
      }
    }
  }
  std::fill_n(work.weights + static_cast<size_t>(cells.count) * work.width,
              static_cast<size_t>(kCells - cells.count) * work.width, -INFINITY);
}

/// Raises the highest score of each lane to `scores`', and takes what was summed up before to the new measure.
void Raise(const float* scores, int64_t rows, int64_t value_size, Work& work) {
  const Floats d;
  bool raised = false;
  alignas(64) float factors[kWidest];
  for (size_t lane = 0; lane < work.width; lane += kLanes) {
    const Vec old = hn::Load(d, work.highest + lane);
    Vec high[4] = {old, old, old, old};
    for (int64_t r = 0; r < rows; r += 4)
      for (int64_t i = 0; i < std::min<int64_t>(4, rows - r); ++i)
        high[i] = hn::Max(high[i], hn::Load(d, scores + static_cast<size_t>(r + i) * work.width + lane));
    // Once more against the old: among scores that are no numbers the instruction forgets what it had.
    const Vec now = hn::Max(hn::Max(hn::Max(high[0], high[1]), hn::Max(high[2], high[3])), old);
    if (hn::AllTrue(d, hn::Eq(now, old))) {
      hn::Store(hn::Set(d, 1.0F), d, factors + lane);
      continue;
    }
    raised = true;
    const Vec factor = PowerOfTwo(hn::Sub(old, now));
    hn::Store(now, d, work.highest + lane);
    hn::Store(factor, d, factors + lane);
    hn::Store(hn::Mul(hn::Load(d, work.total + lane), factor), d, work.total + lane);
  }
  if (!raised) return;
  for (int64_t i = 0; i < value_size; ++i) {
    for (size_t lane = 0; lane < work.width; lane += kLanes) {
      float* out = work.out + static_cast<size_t>(i) * work.width + lane;
      hn::Store(hn::Mul(hn::Load(d, out), hn::Load(d, factors + lane)), d, out);
    }
  }
}

/// Scores become weights, in place.
void Weigh(Work& work) {
  const Floats d;
  for (size_t lane = 0; lane < work.width; lane += kLanes) {
    const Vec highest = hn::Load(d, work.highest + lane);
    Vec even = hn::Load(d, work.total + lane), odd = hn::Zero(d);
    for (int64_t c = 0; c < kCells; c += 2) {
      float* weights = work.weights + static_cast<size_t>(c) * work.width + lane;
      const Vec first = PowerOfTwo(hn::Sub(hn::Load(d, weights), highest));
      const Vec second = PowerOfTwo(hn::Sub(hn::Load(d, weights + work.width), highest));
      hn::Store(first, d, weights);
      hn::Store(second, d, weights + work.width);
      even = hn::Add(even, first);
      odd = hn::Add(odd, second);
    }
    hn::Store(hn::Add(even, odd), d, work.total + lane);
  }
}

void AddSinks(const Attention& a, const Tile& tile, Work& work) {
  alignas(64) float scores[kWidest];
  std::fill_n(scores, work.width, kLowest);
  for (int64_t h = 0; h < tile.heads; ++h)
    std::fill_n(scores + h * tile.tokens, tile.tokens, a.sinks[tile.first_head + h] * kLog2E);
  Raise(scores, 1, a.value_size, work);
  for (int64_t lane = 0; lane < tile.heads * tile.tokens; ++lane)
    work.total[lane] += std::exp2(scores[lane] - work.highest[lane]);
}

void StoreOut(const Attention& a, const Tile& tile, const Work& work) {
  for (int64_t h = 0; h < tile.heads; ++h) {
    for (int64_t t = 0; t < tile.tokens; ++t) {
      const int64_t lane = h * tile.tokens + t;
      // A token that sees nothing, padding of a batch, gets zeros.
      const float share = work.total[lane] == 0 ? 0 : 1 / work.total[lane];
      float* out =
          a.out + ((tile.stream * a.tokens + tile.first_token + t) * a.heads + tile.first_head + h) * a.value_size;
      const float* from = work.out + lane;
      for (int64_t i = 0; i < a.value_size; ++i) out[i] = from[static_cast<size_t>(i) * work.width] * share;
    }
  }
}

/// `mask`: that of the tile's first token; null: all see all of these cells.
void AddCells(const Attention& a, const Tile& tile, const std::byte* mask, const Cells& cells, Work& work) {
  const auto key_size = static_cast<size_t>(a.key_size), value_size = static_cast<size_t>(a.value_size);
  LoadCells(a, tile, cells, work);
  MultiplyAll<false>(work.keys, key_size, 1, work.queries, kCells, key_size, work.width, work.weights);
  if (mask != nullptr || cells.count < kCells) AddMask(a, tile, mask, cells, work);
  Raise(work.weights, kCells, a.value_size, work);
  Weigh(work);
  MultiplyAll<true>(work.values, 1, value_size, work.weights, value_size, kCells, work.width, work.out);
}

Work Divide(const Attention& a, const Tile& tile, float* scratch) {
  const auto take = [&scratch](int64_t floats) { return std::exchange(scratch, scratch + floats); };
  Work work{};
  work.width = static_cast<size_t>(tile.width);
  work.queries = take(a.key_size * tile.width);
  work.weights = take(kCells * tile.width);
  work.out = take(a.value_size * tile.width);
  work.highest = take(tile.width);
  work.total = take(tile.width);
  work.keys = take(kCells * a.key_size);
  work.values = take(kCells * a.value_size);
  return work;
}

}  // namespace

void AttendHere(const Attention& a, const Tile& tile, float* scratch) {
  Work work = Divide(a, tile, scratch);
  LoadQueries(a, tile, work);
  std::fill_n(work.out, a.value_size * tile.width, 0.0F);
  std::fill_n(work.highest, tile.width, kLowest);
  std::fill_n(work.total, tile.width, 0.0F);

  const std::byte* mask = a.mask == nullptr ? nullptr
                                            : a.mask + static_cast<size_t>(tile.stream) * a.mask_stream_stride +
                                                  static_cast<size_t>(tile.first_token) * a.mask_token_stride;
  // What only some see is collected: the cells of a row lie wherever there was room.
  Cells some;
  for (int64_t first = 0; first < a.cells; first += kCells) {
    const int64_t count = std::min(kCells, a.cells - first);
    const Sight sight = mask == nullptr ? Sight{0, true}
                                        : Look(mask + static_cast<size_t>(first) * sizeof(uint16_t),
                                               a.mask_token_stride, tile.tokens, count);
    if (sight.all) {
      Cells all;
      while (all.count < count) all.at[all.count] = first + all.count, ++all.count;
      AddCells(a, tile, nullptr, all, work);
      continue;
    }
    for (uint32_t rest = sight.any; rest != 0; rest &= rest - 1) {
      some.at[some.count++] = first + static_cast<int64_t>(hwy::Num0BitsBelowLS1Bit_Nonzero32(rest));
      if (some.count == kCells) AddCells(a, tile, mask, std::exchange(some, {}), work);
    }
  }
  if (some.count > 0) AddCells(a, tile, mask, some, work);
  if (a.sinks != nullptr) AddSinks(a, tile, work);
  StoreOut(a, tile, work);
}

int64_t ScratchFloatsHere(const Attention& a) {
  return (a.key_size + a.value_size) * (kWidest + kCells) + kCells * kWidest + 2 * kWidest;
}

const char* InstructionsHere() { return hwy::TargetName(HWY_TARGET); }

bool HasVectorsHere() { return HWY_TARGET != HWY_EMU128 && HWY_TARGET != HWY_SCALAR; }

}  // namespace yk::attention::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace yk::attention {
namespace {

HWY_EXPORT(AttendHere);
HWY_EXPORT(ScratchFloatsHere);
HWY_EXPORT(InstructionsHere);
HWY_EXPORT(HasVectorsHere);

}  // namespace

void Attend(const Attention& attention, const Tile& tile, float* scratch) {
  HWY_DYNAMIC_DISPATCH(AttendHere)(attention, tile, scratch);
}

int64_t ScratchFloats(const Attention& attention) { return HWY_DYNAMIC_DISPATCH(ScratchFloatsHere)(attention); }

const char* Instructions() { return HWY_DYNAMIC_DISPATCH(InstructionsHere)(); }

bool HasVectors() { return HWY_DYNAMIC_DISPATCH(HasVectorsHere)(); }

}  // namespace yk::attention
#endif
