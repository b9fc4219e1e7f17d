// SPDX-License-Identifier: Apache-2.0
// Office files of old kinds (.doc, .ppt) are turned into newer ones by LibreOffice, where it is installed.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/mutex.h"
#include "base/result.h"

namespace yk::reader {

/// Runs LibreOffice in a cage of its own (see formats/office_jail.h), one conversion at a time, each in a folder that
/// is made for it and removed. Thread-safe.
class OfficeConverter {
 public:
  /// `reader`: the program yakan-reader, which builds the cage. `office`: LibreOffice's program; empty: none.
  OfficeConverter(std::filesystem::path reader, std::filesystem::path office)
      : reader_(std::move(reader)), office_(std::move(office)) {}

  /// LibreOffice's program on the PATH or where distributions put it; empty when there is none.
  static std::filesystem::path Find();

  bool available() const { return !office_.empty(); }

  /// The content as a file of the kind `to` ("docx", "pptx"), open for reading. Errors are ReasonError.
  Result<Fd> Convert(std::string_view content, const std::string& to, std::chrono::milliseconds wall) const;

 private:
  const std::filesystem::path reader_;
  const std::filesystem::path office_;
  mutable Mutex mutex_;
};

}  // namespace yk::reader
