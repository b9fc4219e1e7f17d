// SPDX-License-Identifier: Apache-2.0
#include "attention/attend.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "attention/tiles.h"

namespace yk::attention {
namespace {

constexpr uint16_t kHidden = 0xFC00;
constexpr double kNever = -std::numeric_limits<double>::infinity();

/// Halves with few bits, made and read without the code under test: sign, exponent of 2^-3 to 2^0, three bits of
/// fraction.
struct Half {
  uint16_t bits;
  double value;
};

Half RandomHalf(std::mt19937& random) {
  const uint16_t sign = random() % 2, exponent = 12 + random() % 4, fraction = random() % 8;
  return {static_cast<uint16_t>(sign << 15 | exponent << 10 | fraction << 7),
          (sign ? -1 : 1) * std::ldexp(1 + fraction / 8.0, exponent - 15)};
}

/// A format of a cache: a byte is 1/16.
void UnpackBytes(const void* from, float* to, int64_t size) {
  for (int64_t i = 0; i < size; ++i) to[i] = static_cast<float>(static_cast<const int8_t*>(from)[i]) / 16;
}

struct Shape {
  int64_t streams = 1, tokens = 5, cells = 70, heads = 4, kv_heads = 2, key_size = 16, value_size = 24;
  bool bytes = false, masked = true, sinks = false;
  float loudness = 2;  ///< of queries
};

/// An attention with its memory, random, and what it has to give.
class Case {
 public:
  Case(const Shape& shape, unsigned seed) : shape_(shape), random_(seed) {
    std::normal_distribution<float> normal;
    queries_.resize(static_cast<size_t>(shape.streams * shape.tokens * shape.heads * shape.key_size));
    for (float& one : queries_) one = shape.loudness * normal(random_);
    Fill(shape.key_size, keys_);
    Fill(shape.value_size, values_);
    // The rows of a mask are longer than the cache is full.
    mask_row_ = shape.cells + 7;
    mask_.assign(static_cast<size_t>(shape.streams * shape.tokens * mask_row_), 0);
    if (shape.masked) Mask();
    for (int64_t h = 0; h < shape.heads; ++h) sinks_.push_back(normal(random_));
    out_.assign(static_cast<size_t>(shape.streams * shape.tokens * shape.heads * shape.value_size), NAN);
  }

  /// What a test changes before Run.
  uint16_t& MaskAt(int64_t stream, int64_t token, int64_t cell) {
    return mask_[static_cast<size_t>((stream * shape_.tokens + token) * mask_row_ + cell)];
  }

  void Run(int threads) {
    const Attention a = Here();
    const Tiles tiles(a, threads);
    EXPECT_GE(tiles.count(), 1);
    std::vector<float> memory(static_cast<size_t>(ScratchFloats(a)) + 16, NAN);
    void* start = memory.data();
    size_t space = memory.size() * sizeof(float);
    auto* scratch =
        static_cast<float*>(std::align(64, static_cast<size_t>(ScratchFloats(a)) * sizeof(float), start, space));
    ASSERT_NE(scratch, nullptr);
    for (int64_t i = 0; i < tiles.count(); ++i) Attend(a, tiles.at(i), scratch);
  }

  void ExpectRight() {
    for (int64_t s = 0; s < shape_.streams; ++s)
      for (int64_t t = 0; t < shape_.tokens; ++t) ExpectRight(s, t);
  }

  void ExpectRight(int64_t stream, int64_t token) {
    for (int64_t h = 0; h < shape_.heads; ++h) ExpectRight(stream, token, h);
  }

  /// The first number of a key, for every head, becomes infinite.
  void BreakKey(int64_t cell) {
    for (int64_t h = 0; h < shape_.kv_heads; ++h) {
      const auto at = static_cast<size_t>((cell * shape_.kv_heads + h) * shape_.key_size);
      keys_.bytes[2 * at] = std::byte{0};
      keys_.bytes[2 * at + 1] = std::byte{0x7C};
    }
  }

 private:
  struct Numbers {
    std::vector<std::byte> bytes;
    std::vector<double> values;
  };

  void Fill(int64_t size, Numbers& out) {
    const int64_t count = shape_.streams * shape_.cells * shape_.kv_heads * size;
    for (int64_t i = 0; i < count; ++i) {
      if (shape_.bytes) {
        const auto byte = static_cast<int8_t>(random_() % 33) - 16;
        out.bytes.push_back(static_cast<std::byte>(byte));
        out.values.push_back(byte / 16.0);
      } else {
        const Half half = RandomHalf(random_);
        out.bytes.push_back(static_cast<std::byte>(half.bits & 0xFF));
        out.bytes.push_back(static_cast<std::byte>(half.bits >> 8));
        out.values.push_back(half.value);
      }
    }
  }

  /// As a cache looks that rows share: all see a beginning, each sees runs of its own, some see nothing.
  void Mask() {
    const int64_t shared = static_cast<int64_t>(random_()) % (shape_.cells + 1);
    for (int64_t s = 0; s < shape_.streams; ++s) {
      for (int64_t t = 0; t < shape_.tokens; ++t) {
        const bool blind = random_() % 9 == 0;
        bool seen = true;
        for (int64_t c = 0; c < shape_.cells; ++c) {
          if (c >= shared && random_() % 12 == 0) seen = !seen;
          MaskAt(s, t, c) = blind || (c >= shared && !seen) ? kHidden : 0;
        }
      }
    }
  }

  Attention Here() {
    const size_t width = shape_.bytes ? 1 : 2;
    const auto strides = [&](const std::byte* data, int64_t heads, int64_t tokens, int64_t size, size_t number) {
      const auto vector = static_cast<size_t>(size) * number;
      return Vectors{data, static_cast<size_t>(heads) * vector, vector, static_cast<size_t>(heads * tokens) * vector};
    };
    Attention a;
    a.streams = shape_.streams, a.tokens = shape_.tokens, a.cells = shape_.cells;
    a.heads = shape_.heads, a.kv_heads = shape_.kv_heads;
    a.key_size = shape_.key_size, a.value_size = shape_.value_size;
    a.scale = kScale;
    a.queries = strides(reinterpret_cast<const std::byte*>(queries_.data()), shape_.heads, shape_.tokens,
                        shape_.key_size, sizeof(float));
    a.keys = strides(keys_.bytes.data(), shape_.kv_heads, shape_.cells, shape_.key_size, width);
    a.values = strides(values_.bytes.data(), shape_.kv_heads, shape_.cells, shape_.value_size, width);
    if (shape_.bytes) a.unpack_key = a.unpack_value = UnpackBytes;
    if (shape_.masked) {
      a.mask = reinterpret_cast<const std::byte*>(mask_.data());
      a.mask_token_stride = static_cast<size_t>(mask_row_) * sizeof(uint16_t);
      a.mask_stream_stride = static_cast<size_t>(shape_.tokens) * a.mask_token_stride;
    }
    if (shape_.sinks) a.sinks = sinks_.data();
    a.out = out_.data();
    return a;
  }

  double MaskValue(int64_t s, int64_t t, int64_t c) {
    switch (MaskAt(s, t, c)) {
      case 0: return 0;
      case 0xC000: return -2;  // the only other value that tests write
      default: return kNever;
    }
  }

  void ExpectRight(int64_t s, int64_t t, int64_t h) {
    const int64_t kv = h / (shape_.heads / shape_.kv_heads);
    const auto at = [&](const Numbers& numbers, int64_t c, int64_t size, int64_t i) {
      return numbers.values[static_cast<size_t>(((s * shape_.cells + c) * shape_.kv_heads + kv) * size + i)];
    };
    const int64_t row = (s * shape_.tokens + t) * shape_.heads + h;
    std::vector<double> scores;
    double highest = shape_.sinks ? sinks_[static_cast<size_t>(h)] : kNever;
    for (int64_t c = 0; c < shape_.cells; ++c) {
      double score = 0;
      for (int64_t i = 0; i < shape_.key_size; ++i)
        score += double{queries_[static_cast<size_t>(row * shape_.key_size + i)]} * at(keys_, c, shape_.key_size, i);
      scores.push_back(score * double{kScale} + MaskValue(s, t, c));
      highest = std::max(highest, scores.back());
    }
    double total = shape_.sinks ? std::exp(double{sinks_[static_cast<size_t>(h)]} - highest) : 0;
    std::vector<double> sum(static_cast<size_t>(shape_.value_size));
    for (int64_t c = 0; c < shape_.cells; ++c) {
      const double weight =
          scores[static_cast<size_t>(c)] == kNever ? 0 : std::exp(scores[static_cast<size_t>(c)] - highest);
      total += weight;
      for (int64_t i = 0; i < shape_.value_size; ++i)
        sum[static_cast<size_t>(i)] += weight * at(values_, c, shape_.value_size, i);
    }
    for (int64_t i = 0; i < shape_.value_size; ++i) {
      const double expected = total == 0 ? 0 : sum[static_cast<size_t>(i)] / total;
      ASSERT_NEAR(out_[static_cast<size_t>(row * shape_.value_size + i)], expected, Tolerance())
          << "stream " << s << ", token " << t << ", head " << h << ", number " << i;
    }
  }

  static constexpr float kScale = 0.35F;
  /// A float keeps seven digits of a score.
  double Tolerance() const { return 1e-5 * std::max(1.0F, shape_.loudness); }
  const Shape shape_;
  std::mt19937 random_;
  int64_t mask_row_ = 0;
  std::vector<float> queries_, sinks_, out_;
  Numbers keys_, values_;
  std::vector<uint16_t> mask_;
};

void Check(const Shape& shape, unsigned seed = 1, int threads = 1) {
  Case one(shape, seed);
  one.Run(threads);
  one.ExpectRight();
}

/// Every set of vector instructions that this processor has, one after the other.
template <typename Body>
void WithAllInstructions(const Body& body) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    SCOPED_TRACE(Instructions());
    body();
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

void CheckRandomShapes() {
  std::mt19937 random(7);
  const auto pick = [&](std::initializer_list<int64_t> from) { return from.begin()[random() % from.size()]; };
  for (unsigned round = 0; round < 100; ++round) {
    Shape shape;
    shape.streams = pick({1, 1, 2, 3});
    shape.tokens = pick({1, 2, 3, 15, 16, 17, 33, 70});
    shape.cells = pick({1, 8, 31, 32, 33, 64, 100, 257});
    shape.kv_heads = pick({1, 2, 3});
    shape.heads = shape.kv_heads * pick({1, 2, 3, 4, 5, 7, 8, 71});
    shape.key_size = pick({8, 16, 24, 64, 80});
    shape.value_size = pick({8, 16, 40, 64});
    if (shape.streams * shape.tokens * shape.heads * shape.cells > 300'000) continue;  // seconds, in the plain sum
    shape.bytes = random() % 3 == 0;
    shape.masked = random() % 4 != 0;
    shape.sinks = random() % 3 == 0;
    SCOPED_TRACE(testing::Message() << "round " << round << ": " << shape.streams << " streams, " << shape.tokens
                                    << " tokens, " << shape.cells << " cells, " << shape.heads << "/" << shape.kv_heads
                                    << " heads");
    Check(shape, round, static_cast<int>(pick({1, 2, 16})));
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(Attend, AgreesWithThePlainSumOnRandomShapesWithEveryInstructionSet) {
  std::set<std::string> seen;
  WithAllInstructions([&] {
    seen.insert(Instructions());
    CheckRandomShapes();
  });
  EXPECT_TRUE(seen.contains(Instructions()));
}

TEST(Attend, GivesZerosToATokenThatSeesNothing) {
  Shape shape;
  Case one(shape, 3);
  for (int64_t c = 0; c < shape.cells; ++c) one.MaskAt(0, 2, c) = kHidden;
  one.Run(1);
  one.ExpectRight();
}

TEST(Attend, AddsWhatAMaskSaysBesideSeenAndHidden) {
  Shape shape;
  Case one(shape, 4);
  for (int64_t c = 0; c < shape.cells; c += 3) one.MaskAt(0, 1, c) = 0xC000;  // -2
  one.Run(1);
  one.ExpectRight();
}

TEST(Attend, HoldsUnderScoresWhosePowersAreNoNumbers) {
  Shape shape;
  shape.cells = 300;
  shape.loudness = 100;  // scores of hundreds: e^89 is the last that a float holds
  Check(shape, 5);
}

// A row must not suffer for what another, whose cells it does not see, has in the cache.
TEST(Attend, IsNotTouchedByKeysOfHiddenCellsThatAreNoNumbers) {
  Shape shape;
  shape.tokens = 16;
  Case one(shape, 6);
  for (int64_t t = 0; t < shape.tokens; ++t)
    for (int64_t c = 0; c < shape.cells; ++c) one.MaskAt(0, t, c) = c < 20 || (c < 40) == (t < 8) ? 0 : kHidden;
  for (int64_t c = 20; c < 40; c += 3) one.BreakKey(c);
  one.Run(1);
  for (int64_t t = 8; t < shape.tokens; ++t) one.ExpectRight(0, t);
}

TEST(Tiles, CoverEveryTokenOfEveryHeadOnce) {
  std::mt19937 random(11);
  for (int round = 0; round < 500; ++round) {
    Attention a;
    a.streams = 1 + random() % 3;
    a.tokens = 1 + random() % 100;
    a.kv_heads = 1 + random() % 4;
    a.heads = a.kv_heads * (1 + random() % 80);
    const Tiles tiles(a, 1 + static_cast<int>(random() % 20));
    std::vector<int> seen(static_cast<size_t>(a.streams * a.tokens * a.heads));
    for (int64_t i = 0; i < tiles.count(); ++i) {
      const Tile tile = tiles.at(i);
      ASSERT_LE(tile.heads * tile.tokens, tile.width);
      ASSERT_TRUE(tile.width == 16 || tile.width == 32 || tile.width == kWidest);
      for (int64_t h = tile.first_head; h < tile.first_head + tile.heads; ++h) {
        ASSERT_EQ(h / (a.heads / a.kv_heads), tile.kv_head);
        for (int64_t t = tile.first_token; t < tile.first_token + tile.tokens; ++t)
          ++seen[static_cast<size_t>((tile.stream * a.tokens + t) * a.heads + h)];
      }
    }
    ASSERT_TRUE(std::all_of(seen.begin(), seen.end(), [](int times) { return times == 1; }));
  }
}

TEST(Tiles, GiveEveryThreadOneWhereThereAreTokensEnough) {
  Attention a;
  a.tokens = 16, a.heads = 32, a.kv_heads = 8;
  EXPECT_GE(Tiles(a, 16).count(), 16);
  EXPECT_EQ(Tiles(a, 1).at(0).width, kWidest);
}

}  // namespace
}  // namespace yk::attention
