// SPDX-License-Identifier: Apache-2.0
#include "formats/office_kind.h"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <memory>
#include <string>
#include <utility>

#include "formats/zip_package.h"

namespace yk::formats {
namespace {

constexpr int kPartsMax = 2'000;  ///< looked at; the telling ones stand near the beginning

OfficeKind OfOpenDocument(std::string_view mime) {
  constexpr std::array<std::pair<std::string_view, OfficeKind>, 3> kKinds = {{
      {"application/vnd.oasis.opendocument.text", OfficeKind::kOpenText},
      {"application/vnd.oasis.opendocument.presentation", OfficeKind::kOpenSlides},
      {"application/vnd.oasis.opendocument.spreadsheet", OfficeKind::kOpenSheets},
  }};
  for (const auto& [prefix, kind] : kKinds) {
    if (mime.starts_with(prefix)) return kind;
  }
  return OfficeKind::kNone;
}

OfficeKind OfPart(std::string_view name) {
  if (!name.ends_with(".xml")) return OfficeKind::kNone;
  if (name.starts_with("word/")) return OfficeKind::kWord;
  if (name.starts_with("ppt/")) return OfficeKind::kSlides;
  // Not the binary workbook (.bin), whose other parts are XML as well.
  if (name.starts_with("xl/work")) return OfficeKind::kSheets;
  return OfficeKind::kNone;
}

/// A quick look spares most archives the walk over their parts: the list of files stands at the end.
bool MayBeOffice(std::string_view bytes) {
  constexpr size_t kHead = 4096;
  constexpr size_t kTail = size_t{4} << 20;
  const std::string_view tail = bytes.size() > kTail ? bytes.substr(bytes.size() - kTail) : bytes;
  for (const std::string_view part : {bytes.substr(0, kHead), tail}) {
    for (const std::string_view name : {"[Content_Types].xml", "mimetype"}) {
      if (part.find(name) != std::string_view::npos) return true;
    }
  }
  return false;
}

}  // namespace

OfficeKind FindOfficeKind(std::string_view bytes) {
  if (!IsZip(bytes)) return OfficeKind::kNone;
  if (!MayBeOffice(bytes)) return OfficeKind::kNone;
  const std::unique_ptr<archive, int (*)(archive*)> reader(::archive_read_new(), ::archive_read_free);
  ::archive_read_support_format_zip_seekable(reader.get());
  if (::archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) return OfficeKind::kNone;
  bool typed = false;
  OfficeKind kind = OfficeKind::kNone;
  archive_entry* entry = nullptr;
  for (int part = 0; part < kPartsMax && ::archive_read_next_header(reader.get(), &entry) >= ARCHIVE_WARN; ++part) {
    const char* path = ::archive_entry_pathname(entry);
    std::string_view name = path == nullptr ? "" : path;
    if (name.starts_with('/')) name.remove_prefix(1);
    if (name == "mimetype") {
      std::array<char, 80> mime{};
      const la_ssize_t size = ::archive_read_data(reader.get(), mime.data(), mime.size());
      const OfficeKind found = OfOpenDocument({mime.data(), static_cast<size_t>(size > 0 ? size : 0)});
      if (found != OfficeKind::kNone) return found;
    }
    typed = typed || name == "[Content_Types].xml";
    if (kind == OfficeKind::kNone) kind = OfPart(name);
    if (typed && kind != OfficeKind::kNone) return kind;
  }
  return OfficeKind::kNone;
}

}  // namespace yk::formats
