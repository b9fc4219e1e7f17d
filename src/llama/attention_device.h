// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace yk::llama {

/// Registers a device with ggml that computes flash attention on the processor by `attention/`, and nothing else; ggml
/// computes the rest. Once per process, before the first context. Contexts take it with LLAMA_FLASH_ATTN_TYPE_ENABLED:
/// left to itself, the library turns flash attention off where another device computes it than the one of the layer.
/// Does nothing and returns false in a build that lacks ggml's header for devices (an installed llama.cpp), and on a
/// processor without vector instructions.
bool RegisterAttentionDevice();

/// How many attentions, one for each layer and step, the device has computed in this process.
int64_t AttentionsComputed();

}  // namespace yk::llama
