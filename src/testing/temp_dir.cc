// SPDX-License-Identifier: Apache-2.0
#include "testing/temp_dir.h"

#include <stdlib.h>

#include <fstream>
#include <string>

#include "base/check.h"

namespace yk::testing {

TempDir::TempDir() {
  std::string pattern = (std::filesystem::temp_directory_path() / "yakan-test-XXXXXX").string();
  YK_CHECK(::mkdtemp(pattern.data()) != nullptr, "cannot make a temporary folder");
  path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TempDir::Write(std::string_view name, std::string_view content) const {
  const auto file = path_ / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  YK_CHECK(out.good(), "cannot write a test file");
  return file;
}

}  // namespace yk::testing
