// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "pipeline/spec_reader.h"

namespace yk::app {

struct YamlDocument {
  Json value;
  pipeline::Places places;
};

/// YAML 1.2 as people write it in settings: plain scalars become null, true/false, numbers or text; quoted ones stay
/// text. Duplicate keys, anchors that expand beyond 100,000 values and nesting deeper than 64 are errors, with line.
/// `name` is how messages call the file.
Result<YamlDocument> ParseYaml(std::string_view text, const std::string& name);

/// kInvalid: the text is in another encoding, with the line and what to do.
Result<void> CheckIsUtf8(std::string_view text, const std::string& name);

Result<YamlDocument> ReadYamlFile(const std::filesystem::path& path);

}  // namespace yk::app
