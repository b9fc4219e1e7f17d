// SPDX-License-Identifier: Apache-2.0
#include "hub/model_file.h"

#include "hub/model_ref.h"

namespace yk::hub {
namespace fs = std::filesystem;

Result<ModelOnDisk> InspectModel(const fs::path& file) {
  ModelOnDisk model;
  const std::vector<std::string> parts = AllParts(file.string());
  for (const std::string& part : parts) {
    std::error_code error;
    const fs::path path = fs::absolute(part, error).lexically_normal();
    auto header = ReadGgufHeader(path);
    if (!header && header.error().code == Code::kNotFound) {
      if (parts.size() == 1) return Fail(Code::kNotFound, "there is no file {}; check the spelling", part);
      return Fail(Code::kNotFound, "{} is missing: {} is one of {} parts that belong together in one folder", part,
                  file.string(), parts.size());
    }
    if (!header) return Fail(std::move(header).error());
    if (header->split_count > 1 && header->split_count != parts.size()) {
      return Fail(Code::kInvalid,
                  "{} is part {} of {} of a split model, and the others are found by their names only; name it "
                  "NAME-{:05}-of-{:05}.gguf again, beside them",
                  part, header->split_index + 1, header->split_count, header->split_index + 1, header->split_count);
    }
    model.bytes += header->file_bytes;
    if (model.files.empty()) model.header = std::move(*header);
    model.files.push_back(path);
  }
  return model;
}

}  // namespace yk::hub
