// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "reader/wire.h"

namespace yk::formats {

/// Whether this is a compound file ([MS-CFB]): the container of Office 97 files and of encrypted newer ones.
bool IsCompoundFile(std::string_view bytes);

/// Whether a compound file has a stream or storage of this (ASCII) name.
bool HasCompoundStream(std::string_view bytes, std::string_view name);

/// An encrypted docx, xlsx or pptx: a compound file around the encrypted package.
bool IsEncryptedOffice(std::string_view bytes);

/// Word and PowerPoint 97: their failure says what to do.
bool IsLegacyWord(std::string_view bytes);
bool IsLegacySlides(std::string_view bytes);
Result<reader::ReadAnswer> ReadLegacyWord(const reader::ReadRequest& request, std::string_view bytes);
Result<reader::ReadAnswer> ReadLegacySlides(const reader::ReadRequest& request, std::string_view bytes);

}  // namespace yk::formats
