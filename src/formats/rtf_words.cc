// SPDX-License-Identifier: Apache-2.0
#include "formats/rtf_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "formats/equation_field.h"
#include "text/charset.h"
#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

std::string CharsetName(int code_page) {
  switch (code_page) {
    case 932: return "CP932";
    case 936: return "GBK";
    case 950: return "Big5";
    case 10000: return "macintosh";
    case 65001: return "UTF-8";
    default:
      return fmt::format("{}-{}", code_page >= 1250 || code_page == 874 || code_page == 949 ? "windows" : "ibm",
                         code_page);
  }
}

}  // namespace

int RtfCodePage(int charset) {
  constexpr std::array<std::pair<int, int>, 16> kPages = {{{0, 1252},
                                                           {77, 10000},
                                                           {128, 932},
                                                           {129, 949},
                                                           {134, 936},
                                                           {136, 950},
                                                           {161, 1253},
                                                           {162, 1254},
                                                           {163, 1258},
                                                           {177, 1255},
                                                           {178, 1256},
                                                           {186, 1257},
                                                           {204, 1251},
                                                           {222, 874},
                                                           {238, 1250},
                                                           {255, 437}}};
  for (const auto& [known, page] : kPages) {
    if (known == charset) return page;
  }
  return 0;
}

std::string DecodeRtf(std::string_view bytes, int code_page, int document_code_page) {
  if (std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    return std::string(bytes);
  }
  for (const int page : {code_page, document_code_page, 1252}) {
    if (page == 0) continue;
    if (auto text = text::DecodeAs(bytes, CharsetName(page))) return std::move(*text);
  }
  return text::RepairUtf8(bytes);
}

bool IsSkippedRtf(std::string_view word) {
  constexpr std::array<std::string_view, 28> kWords = {
      "annotation", "atnauthor", "atnid",     "colortbl",   "datastore", "footer",  "footerf",
      "footerl",    "footerr",   "ftncn",     "ftnsep",     "ftnsepc",   "header",  "headerf",
      "headerl",    "headerr",   "listtable", "nonshppict", "objdata",   "pict",    "rsidtbl",
      "stylesheet", "themedata", "xmlnstbl",  "private",    "sp",        "shprslt", "pgdsctbl"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

bool IsRunningRtf(std::string_view word) {
  if (!word.starts_with("header") && !word.starts_with("footer")) return false;
  const std::string_view pages = word.substr(6);
  return pages.empty() || pages == "l" || pages == "r" || pages == "f";
}

std::string_view RtfInfoField(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kFields = {{{"title", "title"},
                                                                                     {"author", "author"},
                                                                                     {"subject", "subject"},
                                                                                     {"keywords", "keywords"},
                                                                                     {"doccomm", "description"},
                                                                                     {"operator", "modified_by"}}};
  for (const auto& [theirs, ours] : kFields) {
    if (theirs == word) return ours;
  }
  return {};
}

char32_t RtfSymbol(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, char32_t>, 12> kSymbols = {{{"tab", U'\t'},
                                                                               {"line", U'\n'},
                                                                               {"lbr", U'\n'},
                                                                               {"emdash", U'—'},
                                                                               {"endash", U'–'},
                                                                               {"lquote", U'‘'},
                                                                               {"rquote", U'’'},
                                                                               {"ldblquote", U'“'},
                                                                               {"rdblquote", U'”'},
                                                                               {"bullet", U'•'},
                                                                               {"emspace", U' '},
                                                                               {"enspace", U' '}}};
  for (const auto& [name, symbol] : kSymbols) {
    if (name == word) return symbol;
  }
  return 0;
}

std::string RtfField::TextWithoutResult() const {
  if (text::TrimSpace(instruction).starts_with("FORMCHECKBOX")) {
    return (checked == kAsAtFirst ? checked_at_first : checked) != 0 ? "☑" : "☐";
  }
  return shown ? std::string() : EquationFieldText(instruction);
}

}  // namespace yk::formats
