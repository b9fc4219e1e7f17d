// SPDX-License-Identifier: Apache-2.0
// The table of formats: one line each. Signs in the content win over the name's ending, because names lie.
#include <algorithm>
#include <array>

#include "formats/format.h"
#include "formats/pdf.h"
#include "formats/plain_text.h"

namespace yk::formats {
namespace {

using Endings = std::string_view;

constexpr std::array<Endings, 1> kPdf = {".pdf"};
constexpr std::array<Endings, 7> kPlainText = {".txt", ".text", ".md", ".markdown", ".log", ".rst", ".asc"};

constexpr std::array kFormats = {
    Format{"PDF", kPdf, IsPdf, ReadPdf},
    Format{"text", kPlainText, nullptr, ReadPlainText},
};

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
  for (const Format& format : kFormats) {
    if (format.recognise != nullptr && format.recognise(bytes)) return &format;
  }
  const std::string ending = LowerEnding(name);
  for (const Format& format : kFormats) {
    if (std::find(format.endings.begin(), format.endings.end(), ending) != format.endings.end()) return &format;
  }
  return nullptr;
}

}  // namespace yk::formats
