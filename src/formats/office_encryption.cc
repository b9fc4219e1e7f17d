// SPDX-License-Identifier: Apache-2.0
#include "formats/office_encryption.h"

#include <algorithm>
#include <memory>

#include "formats/compound_file.h"
#include "formats/little_endian.h"
#include "formats/office_scheme.h"
#include "formats/ole_container.h"
#include "formats/read_file.h"
#include "reader/reason.h"
#include "text/charset.h"

namespace yk::formats {
namespace {

using reader::Reason;

/// What Excel uses without asking: whoever opens such a workbook sees no question either.
constexpr const char* kExcelsOwn = "VelvetSweatshop";
constexpr size_t kSizeBytes = 8;  ///< of the package, in front of it
constexpr size_t kBlock = 16;

Result<std::unique_ptr<OfficeScheme>> MakeScheme(std::string_view info) {
  const uint64_t major = LittleEndianNumber(info, 0, 2);
  const uint64_t minor = LittleEndianNumber(info, 2, 2);
  const std::string_view rest = info.substr(std::min<size_t>(info.size(), 8));
  if (major == 4 && minor == 4) return MakeAgileScheme(rest);
  if (major >= 2 && major <= 4 && minor == 2) return MakeStandardScheme(rest);
  return Fail(reader::ReasonError(
      Reason::kUnsupported,
      fmt::format("the file is encrypted in a way that is not read (version {}.{}); save it without a password", major,
                  minor)));
}

/// The package's key under the first password that fits; empty: none does.
std::string FindKey(const OfficeScheme& scheme, const std::vector<std::string>& passwords) {
  for (const std::string& password : passwords) {
    const auto typed = text::EncodeAs(password, "UTF-16LE");
    if (!typed) continue;
    if (std::string key = scheme.KeyFor(*typed); !key.empty()) return key;
  }
  return scheme.KeyFor(*text::EncodeAs(kExcelsOwn, "UTF-16LE"));
}

}  // namespace

Result<OpenedPackage> OpenEncryptedOffice(std::string_view bytes, const std::vector<std::string>& passwords) {
  const std::string stream = ReadOleStream(bytes, u"EncryptedPackage");
  const std::string info = ReadOleStream(bytes, u"EncryptionInfo");
  if (stream.size() <= kSizeBytes || info.size() <= 8) {
    return Fail(reader::ReasonError(Reason::kCorrupt, "the file is encrypted and damaged; get it again"));
  }
  YK_TRY(const std::unique_ptr<OfficeScheme> scheme, MakeScheme(info));
  const std::string key = FindKey(*scheme, passwords);
  if (key.empty()) return Fail(reader::EncryptedError(!passwords.empty()));
  std::string_view encrypted = std::string_view(stream).substr(kSizeBytes);
  encrypted = encrypted.substr(0, encrypted.size() / kBlock * kBlock);
  OpenedPackage out{scheme->Decrypt(key, encrypted), scheme->IsIntact(key, stream)};
  const uint64_t size = LittleEndianNumber(stream, 0, kSizeBytes);
  // A stream that was cut: what is there is as much as can be mended.
  if (size < out.content.size()) out.content.resize(size);
  return out;
}

Result<reader::ReadAnswer> ReadEncryptedOffice(const reader::ReadRequest& request, std::string_view bytes) {
  YK_TRY(const OpenedPackage opened, OpenEncryptedOffice(bytes, request.options.passwords));
  if (IsCompoundFile(opened.content)) {
    return Fail(reader::ReasonError(Reason::kCorrupt,
                                    "the file is encrypted, and what is in it is no office file; get it again"));
  }
  YK_TRY(reader::ReadAnswer answer, ReadByFormat(request, opened.content));
  if (!opened.intact && request.task == reader::Task::kRead) {
    answer.document.notes.emplace_back(
        "The file was changed after it was encrypted: its checksum does not fit. What it says may not be what was "
        "written.");
  }
  return answer;
}

}  // namespace yk::formats
