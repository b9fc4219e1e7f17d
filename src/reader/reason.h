// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace yk::reader {

/// Why a file gives no document; the names are part of the JSON output.
enum class Reason {
  kEncrypted,
  kCorrupt,
  kEmptyFile,
  kNoPages,
  kNoText,
  kNoTextLayer,
  kUnmappableText,
  kResourceLimit,
  kUnsupported,         ///< no parser for this kind of file
  kXmlEntitiesRefused,  ///< XML that defines entities of its own: a bomb, or as good as one
};

std::string_view ReasonName(Reason reason);  ///< "encrypted", "corrupt", "empty_file", …
std::optional<Reason> ParseReason(std::string_view name);

/// An Error whose innermost context is the reason's name; code kExhausted for resource_limit, else kInvalid.
Error ReasonError(Reason reason, std::string message);

/// kEncrypted, for a file that no password opened.
Error EncryptedError(bool passwords_given);

/// The reason an error of ReaderPool carries; nullopt for errors that are not the content's fault (missing file, …).
std::optional<Reason> ReasonOf(const Error& error);

}  // namespace yk::reader
