// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <archive.h>
#include <locale.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reader/read_options.h"

namespace yk::formats {

/// The files of one archive in order (zip, tar, 7z, lzh, rar, cab; compressed or not), or the one content of a
/// compressed file. Errors are reader::ReasonError.
class ArchiveReader {
 public:
  /// `bytes` must outlive the reader.
  static Result<std::unique_ptr<ArchiveReader>> Open(std::string_view bytes, const reader::ReadOptions& options);
  /// At its first file. Fails when there is none, and for what is no archive.
  static Result<std::unique_ptr<ArchiveReader>> OpenAtFirst(std::string_view bytes, const reader::ReadOptions& options);
  ~ArchiveReader();
  ArchiveReader(const ArchiveReader&) = delete;
  ArchiveReader& operator=(const ArchiveReader&) = delete;

  /// Moves to the next file: folders, links, devices and the droppings of desktops are passed over. False at the end.
  Result<bool> Next();

  /// Of the current file: a relative path without "..", unique in the archive, always the same for the same archive.
  const std::string& name() const { return name_; }
  uint64_t size() const;  ///< as the archive says; 0 when it does not
  bool encrypted() const;

  /// The current file's content. kResourceLimit when it unfolds to more than `bytes_max`, or to a great multiple of
  /// the whole archive; kEncrypted, kCorrupt.
  Result<std::string> Data(uint64_t bytes_max);

  /// One compressed content without a name of its own (x.txt.gz). Known after the first Next.
  bool single() const;
  /// Whether the whole is compressed, as .tar.gz and .gz are.
  bool compressed() const;
  /// Whether passing over a file costs as much as reading it.
  bool streamed() const;

 private:
  ArchiveReader(std::string_view bytes, const reader::ReadOptions& options);
  Error Problem() const;
  void FindCharset();
  std::string Unique(std::string name);

  const std::string_view bytes_;
  const reader::ReadOptions& options_;
  // Names are converted by the locale's charset; the process keeps its own.
  std::unique_ptr<__locale_struct, void (*)(locale_t)> locale_;
  std::unique_ptr<archive, int (*)(archive*)> archive_;
  archive_entry* entry_ = nullptr;
  std::string name_;
  std::optional<std::string> charset_;  ///< of names that are not UTF-8; empty: each for itself. Found when one comes
  std::map<std::string, int, std::less<>> names_;
  uint64_t unfolded_ = 0;
};

/// Whether the content has the signs of an archive or of a compressed file.
bool IsArchive(std::string_view bytes);

/// The name of what a compressed file holds: "report.csv" for "report.csv.gz".
std::string CompressedName(const std::string& name);

Error TooManyMembers(int members_max);

/// A path as people may see it: UTF-8 from any charset, '/' between parts, no empty, "." or ".." parts, no control
/// characters. `charset`: what names are that are not UTF-8, where they fit it.
std::string SafeMemberName(std::string_view raw, std::string_view charset = {});

/// The charset that these names have in common, none of which is UTF-8: together they tell what a short one leaves
/// open.
std::string CharsetOfNames(const std::vector<std::string>& names);

}  // namespace yk::formats
