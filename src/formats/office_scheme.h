// SPDX-License-Identifier: Apache-2.0
// The two ways in which Office encrypts a package ([MS-OFFCRYPTO] 2.3.4): "agile" since Office 2010, "standard" in
// 2007.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace yk::formats {

class OfficeScheme {
 public:
  OfficeScheme() = default;
  virtual ~OfficeScheme() = default;
  OfficeScheme(const OfficeScheme&) = delete;
  OfficeScheme& operator=(const OfficeScheme&) = delete;

  /// The package's key when the password, as UTF-16LE, is right; empty when it is wrong. Slow by intent.
  virtual std::string KeyFor(std::string_view password) const = 0;

  /// The package: `encrypted` is the stream behind its first eight bytes, cut to whole blocks; the result may have more
  /// bytes than the package.
  virtual std::string Decrypt(std::string_view key, std::string_view encrypted) const = 0;

  /// Whether the whole stream is as it was when it was encrypted; true when the scheme does not tell.
  virtual bool IsIntact(std::string_view /*key*/, std::string_view /*stream*/) const { return true; }
};

/// `info`: the stream EncryptionInfo behind its version and flags. reader::ReasonError: kCorrupt; kUnsupported for
/// ciphers that no version of Office chooses by itself.
Result<std::unique_ptr<OfficeScheme>> MakeAgileScheme(std::string_view info);
Result<std::unique_ptr<OfficeScheme>> MakeStandardScheme(std::string_view info);

}  // namespace yk::formats
