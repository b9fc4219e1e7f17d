// SPDX-License-Identifier: Apache-2.0
#include "formats/compound_file.h"

#include <string>

#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::Reason;

constexpr size_t kEntryBytes = 128;  ///< of one directory entry
constexpr size_t kNameBytes = 64;    ///< its UTF-16 name with the closing zero
constexpr size_t kHeaderBytes = 512;

Failure NeedsLibreOffice(std::string_view what, std::string_view ending) {
  return Fail(reader::ReasonError(
      Reason::kUnsupported,
      fmt::format("{} needs LibreOffice, which is not installed; install libreoffice or save the file as {}", what,
                  ending)));
}

reader::ReadAnswer ToBeConverted(const char* kind, std::string_view bytes) {
  reader::ReadAnswer answer;
  answer.convert_to = kind;
  answer.content = bytes;
  return answer;
}

}  // namespace

bool IsCompoundFile(std::string_view bytes) { return bytes.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"); }

bool HasCompoundStream(std::string_view bytes, std::string_view name) {
  if (!IsCompoundFile(bytes) || 2 * name.size() + 2 > kNameBytes) return false;
  std::string wide;
  for (const char c : name) {
    wide += c;
    wide += '\0';
  }
  wide += std::string(2, '\0');
  // Directory entries stand at multiples of their size, each with its name first and the name's length behind it.
  for (size_t at = bytes.find(wide, kHeaderBytes); at != std::string_view::npos; at = bytes.find(wide, at + 1)) {
    if (at % kEntryBytes != 0 || at + kEntryBytes > bytes.size()) continue;
    const auto low = static_cast<unsigned char>(bytes[at + kNameBytes]);
    const auto high = static_cast<unsigned char>(bytes[at + kNameBytes + 1]);
    if (static_cast<size_t>(low + 256 * high) == wide.size()) return true;
  }
  return false;
}

bool IsEncryptedOffice(std::string_view bytes) { return HasCompoundStream(bytes, "EncryptedPackage"); }

bool IsLegacyWord(std::string_view bytes) { return HasCompoundStream(bytes, "WordDocument"); }
bool IsLegacySlides(std::string_view bytes) { return HasCompoundStream(bytes, "PowerPoint Document"); }

Result<reader::ReadAnswer> ReadLegacyWord(const reader::ReadRequest& request, std::string_view bytes) {
  if (request.converter) return ToBeConverted("docx", bytes);
  return NeedsLibreOffice("a Word 97 document (.doc)", ".docx");
}

Result<reader::ReadAnswer> ReadLegacySlides(const reader::ReadRequest& request, std::string_view bytes) {
  if (request.converter) return ToBeConverted("pptx", bytes);
  return NeedsLibreOffice("a PowerPoint 97 file (.ppt)", ".pptx");
}

}  // namespace yk::formats
