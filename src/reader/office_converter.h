// SPDX-License-Identifier: Apache-2.0
// Office files of old kinds (.doc, .ppt) are turned into newer ones by LibreOffice, where it is installed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/mutex.h"
#include "base/result.h"
#include "reader/read_options.h"

namespace yk::reader {

/// Runs LibreOffice in a cage of its own (see formats/office_jail.h), one conversion at a time, each in a folder that
/// is made for it and removed; folders that killed processes left behind are removed when a converter is made.
/// Thread-safe.
class OfficeConverter {
 public:
  /// `reader`: the program yakan-reader, which builds the cage. `office`: LibreOffice's program; empty: none.
  OfficeConverter(std::filesystem::path reader, std::filesystem::path office);

  /// LibreOffice's program on the PATH or where distributions put it; empty when there is none.
  static std::filesystem::path Find();

  bool available() const { return !office_.empty(); }

  /// Opens what a program that may be hostile wrote to FOLDER/out/NAME: a regular file of at most `bytes_max`, reached
  /// without a link. nullopt: there is none.
  static std::optional<Fd> OpenMade(const std::filesystem::path& folder, const std::string& name, uint64_t bytes_max);

  /// The content as a file of the kind `to` ("docx", "pptx"), open for reading. Errors are ReasonError.
  Result<Fd> Convert(std::string_view content, const std::string& to, const ReadLimits& limits) const;

 private:
  const std::filesystem::path reader_;
  const std::filesystem::path office_;
  mutable Mutex mutex_;
};

}  // namespace yk::reader
