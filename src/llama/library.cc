// SPDX-License-Identifier: Apache-2.0
#include "llama/library.h"

#include <ggml-backend.h>
#include <ggml-cpu.h>
#include <llama.h>

#include <cstdlib>
#include <exception>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "llama/attention_device.h"

namespace yk::llama {
namespace {

/// The library reports why something is null in log lines only. It logs on the thread that called it.
std::string& Complaint() {
  thread_local std::string text;
  return text;
}

void OnLogLine(ggml_log_level level, const char* text, void*) {
  std::string_view line(text);
  while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.remove_suffix(1);
  if (line.empty()) return;
  // The first error is the cause, later ones say that something above failed too.
  if (level == GGML_LOG_LEVEL_ERROR && Complaint().empty()) Complaint() = line;
  log::Debug("llama.cpp: {}", line);
}

bool IsGpu(ggml_backend_dev_t device) {
  const auto type = ggml_backend_dev_type(device);
  return type == GGML_BACKEND_DEVICE_TYPE_GPU || type == GGML_BACKEND_DEVICE_TYPE_IGPU;
}

/// With a GPU the library has to find out whether it can do flash attention, and could not with our device about.
bool AddAttentionDevice() {
  for (size_t i = 0; i < ggml_backend_dev_count(); ++i) {
    if (IsGpu(ggml_backend_dev_get(i))) return false;
  }
  return RegisterAttentionDevice();
}

bool& AttentionDeviceAdded() {
  static bool added = false;
  return added;
}

}  // namespace

void StartLibrary() {
  static std::once_flag once;
  std::call_once(once, [] {
    ::setenv("GGML_NO_BACKTRACE", "1", 0);
    // Static initialisers of ggml ran before the variable was set: without this an uncaught exception forks a debugger.
    std::set_terminate(std::abort);
    llama_log_set(OnLogLine, nullptr);
    llama_backend_init();
    AttentionDeviceAdded() = AddAttentionDevice();
  });
}

bool HasAttentionDevice() {
  StartLibrary();
  return AttentionDeviceAdded();
}

ggml_threadpool* NewThreads(int count) {
  ggml_threadpool_params params = ggml_threadpool_params_default(count);
  params.poll = 0;
  return ggml_threadpool_new(&params);
}

std::string TakeComplaint() { return std::exchange(Complaint(), {}); }

std::vector<Device> Devices() {
  StartLibrary();
  std::vector<Device> out;
  for (size_t i = 0; i < ggml_backend_dev_count(); ++i) {
    ggml_backend_dev_t device = ggml_backend_dev_get(i);
    if (ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_ACCEL) continue;  // helps another, holds no model
    Device one;
    one.name = ggml_backend_dev_name(device);
    one.description = ggml_backend_dev_description(device);
    one.gpu = IsGpu(device);
    size_t free = 0, total = 0;
    ggml_backend_dev_memory(device, &free, &total);
    one.memory_free = free;
    one.memory_total = total;
    out.push_back(std::move(one));
  }
  return out;
}

std::string LibraryVersion() { return llama_version(); }

}  // namespace yk::llama
