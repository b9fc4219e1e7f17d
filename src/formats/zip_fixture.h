// SPDX-License-Identifier: Apache-2.0
// Zip archives for tests, as office files are.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yk::formats {

using ZipParts = std::vector<std::pair<std::string, std::string>>;

/// The parts in order; `stored` ones are not compressed, as the mimetype of OpenDocument must be.
inline std::string MakeZip(const ZipParts& parts, std::string_view stored = {}) {
  std::string out;
  archive* writer = ::archive_write_new();
  ::archive_write_set_format_zip(writer);
  ::archive_write_set_bytes_in_last_block(writer, 1);  // no zeros behind the end
  ::archive_write_open2(
      writer, &out, nullptr,
      [](archive*, void* to, const void* data, size_t size) {
        static_cast<std::string*>(to)->append(static_cast<const char*>(data), size);
        return static_cast<la_ssize_t>(size);
      },
      nullptr, nullptr);
  for (const auto& [name, content] : parts) {
    name == stored ? ::archive_write_zip_set_compression_store(writer)
                   : ::archive_write_zip_set_compression_deflate(writer);
    archive_entry* entry = ::archive_entry_new();
    ::archive_entry_set_pathname(entry, name.c_str());
    ::archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    ::archive_entry_set_filetype(entry, AE_IFREG);
    ::archive_entry_set_perm(entry, 0644);
    ::archive_write_header(writer, entry);
    ::archive_write_data(writer, content.data(), content.size());
    ::archive_entry_free(entry);
  }
  ::archive_write_close(writer);
  ::archive_write_free(writer);
  return out;
}

}  // namespace yk::formats
