// SPDX-License-Identifier: Apache-2.0
// Archives and office packages for tests, packed while the test runs.
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace yk::formats {

using Files = std::vector<std::pair<std::string, std::string>>;

/// An archive of these files: "zip", "tar", "7z" and so on; filter "gzip", "zstd", "bzip2", "xz" or none.
inline std::string Pack(const Files& files, const char* format = "zip", const char* filter = nullptr,
                        const char* options = nullptr, const char* password = nullptr) {
  const std::unique_ptr<archive, int (*)(archive*)> out(::archive_write_new(), ::archive_write_free);
  EXPECT_EQ(::archive_write_set_format_by_name(out.get(), format), ARCHIVE_OK);
  if (filter != nullptr) ::archive_write_add_filter_by_name(out.get(), filter);
  if (options != nullptr) ::archive_write_set_options(out.get(), options);
  if (password != nullptr) ::archive_write_set_passphrase(out.get(), password);
  size_t content_size = 0;
  for (const auto& file : files) content_size += file.second.size() + 4096;
  std::string bytes(content_size + (size_t{1} << 20), '\0');
  size_t used = 0;
  EXPECT_EQ(::archive_write_open_memory(out.get(), bytes.data(), bytes.size(), &used), ARCHIVE_OK);
  for (const auto& [name, content] : files) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(::archive_entry_new(), ::archive_entry_free);
    ::archive_entry_set_pathname(entry.get(), name.c_str());
    ::archive_entry_set_filetype(entry.get(), name.ends_with('/') ? AE_IFDIR : AE_IFREG);
    ::archive_entry_set_perm(entry.get(), 0644);
    ::archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    EXPECT_EQ(::archive_write_header(out.get(), entry.get()), ARCHIVE_OK) << ::archive_error_string(out.get());
    EXPECT_EQ(::archive_write_data(out.get(), content.data(), content.size()), static_cast<la_ssize_t>(content.size()));
  }
  EXPECT_EQ(::archive_write_close(out.get()), ARCHIVE_OK);
  bytes.resize(used);
  return bytes;
}

}  // namespace yk::formats
