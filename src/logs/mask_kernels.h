// SPDX-License-Identifier: Apache-2.0
// How the masks of bytes are made, one file for each kind of machine. All give the same; `byte_masks.h` is what others
// use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace yk::logs {

/// One bit for each of 64 bytes, the lowest for the first.
struct MaskWord {
  uint64_t ends = 0;     ///< line feeds
  uint64_t breaks = 0;   ///< what ends a chunk: breaks and bytes beyond ASCII, see bytes.h
  uint64_t hot = 0;      ///< digits, slashes and what leads a full-width digit
  uint64_t letters = 0;  ///< t T f F
  friend bool operator==(const MaskWord&, const MaskWord&) = default;
};

/// Fills `blocks` words from 64 bytes each.
using MaskKernel = void (*)(const char* text, size_t blocks, MaskWord* out);

struct NamedMaskKernel {
  std::string_view name;
  MaskKernel run = nullptr;
};

/// Those that run on this machine, the fastest last. The first one looks at one byte after the other.
std::vector<NamedMaskKernel> MaskKernels();

/// The fastest of them; found out once.
MaskKernel FastestMaskKernel();

#if defined(__SSE2__)
void MaskBlocksSse2(const char* text, size_t blocks, MaskWord* out);
/// Only for machines with AVX2. Bytes are looked up by their halves: Langdale and Lemire, Parsing Gigabytes of JSON per
/// Second, VLDB Journal 28, 2019.
void MaskBlocksAvx2(const char* text, size_t blocks, MaskWord* out);
#endif

}  // namespace yk::logs
