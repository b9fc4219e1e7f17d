// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

struct ggml_threadpool;

namespace yk::llama {

/// Starts llama.cpp once per process: its log lines become ours, its crash handler, which would start a debugger, is
/// off, and without a GPU attention is computed by attention_device. Idempotent, thread-safe.
void StartLibrary();

/// Whether attention_device is at work, for which a context has to be told to use flash attention.
bool HasAttentionDevice();

/// Threads to compute with, which sleep while they wait, as far as this can be said here; the rest is in the
/// environment of yakan-model. Freed by ggml_threadpool_free.
ggml_threadpool* NewThreads(int count);

/// What llama.cpp last said at the level of an error on this thread, and forgets it: the reason behind a null pointer.
std::string TakeComplaint();

/// A device that can compute, as the library names it.
struct Device {
  std::string name, description;
  bool gpu = false;
  uint64_t memory_total = 0, memory_free = 0;  ///< bytes
};
std::vector<Device> Devices();

/// Version of the llama.cpp inside; part of what makes an answer.
std::string LibraryVersion();

}  // namespace yk::llama
