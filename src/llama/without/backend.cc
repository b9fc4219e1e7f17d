// SPDX-License-Identifier: Apache-2.0
// Stands in for the whole folder in a build without llama.cpp.
#include "llama/backend.h"

#include "llama/library.h"
#include "llama/measure.h"
#include "llama/worker_backend.h"

namespace yk::llama {
namespace {

Failure NotBuilt(const Options& options) {
  return Fail(
      Code::kInvalid,
      "the model {} is a model file, and this build of the program cannot run model files itself: it was built "
      "without llama.cpp; run ./setup and build again, or serve the file with an OpenAI-compatible server and name "
      "its URL",
      options.path.string());
}

}  // namespace

Result<std::unique_ptr<model::ModelBackend>> OpenBackend(Options options, const Clock&) { return NotBuilt(options); }

Result<std::unique_ptr<model::ModelBackend>> OpenWorkerBackend(Options options, const Clock&, std::filesystem::path) {
  return NotBuilt(options);
}

Result<Measured> Measure(const Options& options, const Shape&, Duration, const Clock&, std::stop_token,
                         const std::function<void(const Speed&)>&) {
  return NotBuilt(options);
}

void StartLibrary() {}
std::string TakeComplaint() { return ""; }
std::vector<Device> Devices() { return {}; }
std::string LibraryVersion() { return ""; }

}  // namespace yk::llama
