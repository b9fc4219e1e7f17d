// SPDX-License-Identifier: Apache-2.0
// Settings and job files as users write them: read, or refused with a sentence; never a crash.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <utility>

#include "app/yaml_file.h"
#include "pipeline/job_spec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto document = yk::app::ParseYaml(bytes, "job.yaml");
  const auto explained = [](const auto& result) { return result || !result.error().message.empty(); };
  bool fine = explained(document);
  if (document) {
    fine = explained(yk::pipeline::ParseJobSpec(std::move(document->value), std::move(document->places), "."));
  }
  if (!fine) {
    std::cerr << "broken promise: an error says why\n";
    std::abort();
  }
  return 0;
}
