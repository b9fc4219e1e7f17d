// SPDX-License-Identifier: Apache-2.0
#include "logs/mask_kernels.h"

#include "logs/bytes.h"

namespace yk::logs {
namespace {

constexpr uint8_t kWideLead = 0xEF;

void MaskBlocksOneByOne(const char* text, size_t blocks, MaskWord* out) {
  for (size_t block = 0; block < blocks; ++block) {
    MaskWord word;
    for (size_t i = 0; i < 64; ++i) {
      const char c = text[block * 64 + i];
      const uint8_t k = ClassOf(c);
      const uint64_t bit = uint64_t{1} << i;
      if (c == '\n') word.ends |= bit;
      if ((k & (kBreak | kHigh)) != 0) word.breaks |= bit;
      if ((k & (kDigit | kSlash)) != 0 || static_cast<uint8_t>(c) == kWideLead) word.hot |= bit;
      if ((c | 0x20) == 't' || (c | 0x20) == 'f') word.letters |= bit;
    }
    out[block] = word;
  }
}

}  // namespace

std::vector<NamedMaskKernel> MaskKernels() {
  std::vector<NamedMaskKernel> kernels = {{"one by one", &MaskBlocksOneByOne}};
#if defined(__SSE2__)
  kernels.push_back({"SSE2", &MaskBlocksSse2});
  if (__builtin_cpu_supports("avx2")) kernels.push_back({"AVX2", &MaskBlocksAvx2});
#endif
  return kernels;
}

MaskKernel FastestMaskKernel() {
  static const MaskKernel fastest = MaskKernels().back().run;
  return fastest;
}

}  // namespace yk::logs
