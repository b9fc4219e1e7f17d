// SPDX-License-Identifier: Apache-2.0
#include "formats/pdf_open.h"

#include <poppler/DateInfo.h>
#include <poppler/ErrorCodes.h>
#include <poppler/GlobalParams.h>
#include <poppler/Stream.h>
#include <poppler/UTF.h>
#include <poppler/goo/gmem.h>

#include <algorithm>
#include <climits>
#include <optional>

#include "reader/reason.h"
#include "text/password.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using reader::Reason;

void IgnoreComplaint(ErrorCategory, Goffset, const char*) {}

/// Made once: it reads the folder of character maps, which takes longer than many a file.
void EnsureGlobals() {
  if (globalParams == nullptr) globalParams = std::make_unique<GlobalParams>();
}

PdfFile TryOpen(std::string_view bytes, const std::optional<GooString>& password) {
  PdfFile file;
  file.rebuilt = std::make_shared<bool>(false);
  // The document owns its stream, the stream does not own the bytes.
  auto* stream = new MemStream(bytes.data(), 0, static_cast<Goffset>(bytes.size()), Object(objNull));
  file.document =
      std::make_unique<PDFDoc>(stream, password, password, nullptr, [rebuilt = file.rebuilt] { *rebuilt = true; });
  return file;
}

bool IsLocked(const PDFDoc& document) { return !document.isOk() && document.getErrorCode() == errEncrypted; }

}  // namespace

Complaints* Complaints::current_ = nullptr;

Complaints::Complaints() {
  EnsureGlobals();
  current_ = this;
  setErrorCallback(&Complaints::Note);
}

Complaints::~Complaints() {
  setErrorCallback(&IgnoreComplaint);
  current_ = nullptr;
}

void Complaints::Note(ErrorCategory, Goffset, const char* message) {
  if (current_ == nullptr) return;
  const std::string_view text(message);
  // A page tree that says 0 is complained of as well, but is no damage.
  if (text.find("Invalid page count 0") == std::string_view::npos) current_->damaged_ = true;
  if (text.find("language pack") != std::string_view::npos) current_->missing_language_ = true;
}

Result<PdfFile> OpenPdf(std::string_view bytes, const std::vector<std::string>& passwords) {
  if (bytes.size() > INT_MAX) {
    return Fail(reader::ReasonError(Reason::kResourceLimit, "the file is larger than 2 GB; split it"));
  }
  EnsureGlobals();
  PdfFile file = TryOpen(bytes, std::nullopt);
  if (IsLocked(*file.document)) {
    for (const std::string& password : passwords) {
      for (const std::string& form : text::PasswordForms(password)) {
        PdfFile opened = TryOpen(bytes, GooString(form));
        if (!IsLocked(*opened.document)) {
          if (opened.document->isOk()) return opened;
          break;
        }
      }
    }
    return Fail(reader::EncryptedError(!passwords.empty()));
  }
  if (!file.document->isOk()) {
    return Fail(
        reader::ReasonError(Reason::kCorrupt, "the file is damaged and cannot be opened as a PDF; get it again"));
  }
  return file;
}

std::string PdfString(const GooString* text) {
  if (text == nullptr || text->getLength() == 0) return {};
  if (text->toStr().starts_with("\xEF\xBB\xBF")) return text::RepairUtf8(text->toStr().substr(3));
  Unicode* units = nullptr;
  const int length = TextStringToUCS4(text->toStr(), &units);
  std::u32string out;
  for (int i = 0; i < length; ++i) {
    const char32_t c = units[i];
    if (c >= 0x20 ? c != 0x7F : c == U'\t' || c == U'\n') out += c;
    if (c == U'\r') out += U'\n';
  }
  gfree(units);
  return text::ToUtf8(out);
}

std::string InfoEntry(PDFDoc& document, const char* key) {
  const std::unique_ptr<GooString> value = document.getDocInfoStringEntry(key);
  return PdfString(value.get());
}

std::string InfoDate(PDFDoc& document, const char* key) {
  const std::unique_ptr<GooString> value = document.getDocInfoStringEntry(key);
  int year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, zone_hour = 0, zone_minute = 0;
  char zone = 0;
  if (value == nullptr ||
      !parseDateString(value.get(), &year, &month, &day, &hour, &minute, &second, &zone, &zone_hour, &zone_minute)) {
    return {};
  }
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", year, month, day, hour, minute, second);
  if (zone == '+' || zone == '-') out += fmt::format("{}{:02}:{:02}", zone, zone_hour, zone_minute);
  if (zone == 'Z') out += 'Z';
  return out;
}

}  // namespace yk::formats
