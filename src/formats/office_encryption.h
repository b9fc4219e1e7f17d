// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

struct OpenedPackage {
  std::string content;  ///< the zip archive
  bool intact = true;   ///< false: it was changed after it was encrypted
};

/// The zip archive in an encrypted docx, xlsx or pptx: a compound file with the streams EncryptionInfo and
/// EncryptedPackage ([MS-OFFCRYPTO]). The password under which Excel writes workbooks that are only protected against
/// changes is tried as well. reader::ReasonError: kEncrypted when no password opens it, kCorrupt, kUnsupported.
Result<OpenedPackage> OpenEncryptedOffice(std::string_view bytes, const std::vector<std::string>& passwords);

/// The parser of encrypted office files: opens the file and reads what is in it.
Result<reader::ReadAnswer> ReadEncryptedOffice(const reader::ReadRequest& request, std::string_view bytes);

}  // namespace yk::formats
