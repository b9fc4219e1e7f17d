// SPDX-License-Identifier: Apache-2.0
// The table of formats: one line each. Signs in the content win over the name's ending, because names lie.
#include <algorithm>
#include <array>

#include "formats/archive.h"
#include "formats/archive_reader.h"
#include "formats/compound_file.h"
#include "formats/csv_table.h"
#include "formats/format.h"
#include "formats/html.h"
#include "formats/json_text.h"
#include "formats/mail.h"
#include "formats/mailbox.h"
#include "formats/media.h"
#include "formats/ods.h"
#include "formats/office_encryption.h"
#include "formats/office_kind.h"
#include "formats/open_document.h"
#include "formats/opened_archive.h"
#include "formats/pdf.h"
#include "formats/picture.h"
#include "formats/plain_text.h"
#include "formats/rtf.h"
#include "formats/slides.h"
#include "formats/word.h"
#include "formats/xls.h"
#include "formats/xlsx.h"

namespace yk::formats {
namespace {

using Endings = std::string_view;

constexpr std::array<Endings, 20> kArchive = {".zip",  ".tar", ".gz",  ".tgz", ".zst",  ".tzst", ".bz2",
                                              ".tbz2", ".xz",  ".txz", ".7z",  ".z",    ".taz",  ".lzh",
                                              ".lha",  ".rar", ".cab", ".tbz", ".gzip", ".zstd"};
constexpr std::array<Endings, 4> kWord = {".docx", ".docm", ".dotx", ".dotm"};
constexpr std::array<Endings, 6> kSlides = {".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"};
constexpr std::array<Endings, 2> kOpenText = {".odt", ".ott"};
constexpr std::array<Endings, 2> kOpenSlides = {".odp", ".otp"};
constexpr std::array<Endings, 1> kRtf = {".rtf"};
constexpr std::array<Endings, 2> kLegacyWord = {".doc", ".dot"};
constexpr std::array<Endings, 3> kLegacySlides = {".ppt", ".pps", ".pot"};
constexpr std::array<Endings, 3> kHtml = {".html", ".htm", ".xhtml"};
constexpr std::array<Endings, 3> kCsv = {".csv", ".tsv", ".tab"};
constexpr std::array<Endings, 3> kJson = {".json", ".jsonl", ".ndjson"};
constexpr std::array<Endings, 2> kMailbox = {".mbox", ".mbx"};
constexpr std::array<Endings, 3> kMail = {".eml", ".mht", ".mhtml"};
constexpr std::array<Endings, 1> kPdf = {".pdf"};
constexpr std::array<Endings, 4> kXlsx = {".xlsx", ".xlsm", ".xltx", ".xltm"};
constexpr std::array<Endings, 2> kXls = {".xls", ".xlt"};
constexpr std::array<Endings, 2> kOds = {".ods", ".ots"};
constexpr std::array<Endings, 11> kPicture = {".png",  ".jpg", ".jpeg", ".tif", ".tiff", ".gif",
                                              ".webp", ".bmp", ".pnm",  ".pgm", ".ppm"};
constexpr std::array<Endings, 11> kMedia = {".mp4", ".m4a", ".m4v", ".mov",  ".mkv", ".webm",
                                            ".mp3", ".wav", ".ogg", ".flac", ".oga"};
constexpr std::array<Endings, 7> kPlainText = {".txt", ".text", ".md", ".markdown", ".log", ".rst", ".asc"};

constexpr std::array kFormats = {
    Format{"Word document", kWord, nullptr, ReadWord, false, OfficeKind::kWord},
    Format{"slide show", kSlides, nullptr, ReadSlides, false, OfficeKind::kSlides},
    Format{"OpenDocument text", kOpenText, nullptr, ReadOpenText, false, OfficeKind::kOpenText},
    Format{"OpenDocument slide show", kOpenSlides, nullptr, ReadOpenSlides, false, OfficeKind::kOpenSlides},
    Format{"Excel workbook", kXlsx, nullptr, ReadXlsx, false, OfficeKind::kSheets},
    Format{"Excel 97 workbook", kXls, IsXls, ReadXls},
    Format{"OpenDocument spreadsheet", kOds, nullptr, ReadOds, false, OfficeKind::kOpenSheets},
    Format{"encrypted office file", {}, IsEncryptedOffice, ReadEncryptedOffice},
    Format{"RTF document", kRtf, IsRtf, ReadRtf},
    Format{"Word 97 document", kLegacyWord, IsLegacyWord, ReadLegacyWord},
    Format{"PowerPoint 97 file", kLegacySlides, IsLegacySlides, ReadLegacySlides},
    Format{"mailbox", kMailbox, IsMailbox, ReadMailbox, true, OfficeKind::kNone, OpenMailbox},
    Format{"mail", kMail, IsMail, ReadMail, true},
    // Before PDF, whose sign may stand further in: a tar archive may begin with a PDF.
    Format{"archive", kArchive, IsArchive, ReadArchive, true, OfficeKind::kNone, OpenArchive},
    Format{"PDF", kPdf, IsPdf, ReadPdf},
    Format{"web page", kHtml, IsHtml, ReadHtml},
    Format{"delimited text", kCsv, nullptr, ReadCsvTable},
    Format{"JSON text", kJson, nullptr, ReadJsonText},
    Format{"picture", kPicture, IsPicture, ReadPicture},
    Format{"sound or video", kMedia, IsMedia, ReadMedia},
    Format{"text", kPlainText, nullptr, ReadPlainText},
};

/// Office files are zip archives: a damaged one must not be taken for a folder of XML files.
bool IsPackageEnding(std::string_view ending) {
  constexpr std::array<Endings, 20> kEndings = {".docx", ".docm", ".dotx", ".dotm", ".pptx", ".pptm", ".ppsx",
                                                ".ppsm", ".potx", ".potm", ".xlsx", ".xlsm", ".xltx", ".xltm",
                                                ".odt",  ".ott",  ".odp",  ".otp",  ".ods",  ".ots"};
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

}  // namespace

std::span<const Format> Formats() { return kFormats; }

std::string LowerEnding(std::string_view name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || name.find('/', dot) != std::string_view::npos) return {};
  std::string ending(name.substr(dot));
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return ending;
}

const Format* FindFormat(std::string_view name, std::string_view bytes) {
  const std::string ending = LowerEnding(name);
  if (const OfficeKind kind = FindOfficeKind(bytes); kind != OfficeKind::kNone) {
    return std::find_if(kFormats.begin(), kFormats.end(), [&](const Format& format) { return format.office == kind; });
  }
  for (const Format& format : kFormats) {
    if (format.recognise == nullptr || !format.recognise(bytes)) continue;
    if (format.container && IsPackageEnding(ending)) break;
    return &format;
  }
  for (const Format& format : kFormats) {
    if (std::find(format.endings.begin(), format.endings.end(), ending) != format.endings.end()) return &format;
  }
  return nullptr;
}

}  // namespace yk::formats
