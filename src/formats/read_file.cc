// SPDX-License-Identifier: Apache-2.0
#include "formats/read_file.h"

#include <algorithm>
#include <exception>
#include <new>
#include <string>

#include "formats/pdf.h"
#include "formats/plain_text.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::Reason;

std::string LowerEnding(std::string_view name) {
  const size_t dot = name.rfind('.');
  std::string ending(dot == std::string_view::npos ? "" : name.substr(dot));
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c); });
  return ending;
}

/// The mark may stand behind some bytes of junk (ISO 32000, appendix H).
bool LooksLikePdf(std::string_view bytes) { return bytes.substr(0, 1024).find("%PDF-") != std::string_view::npos; }

Result<reader::ReadAnswer> Dispatch(const reader::ReadRequest& request, std::string_view bytes) {
  const std::string ending = LowerEnding(request.name);
  if (ending == ".pdf" || LooksLikePdf(bytes)) return ReadPdf(request, bytes);
  return ReadPlainText(request, bytes);
}

}  // namespace

Result<reader::ReadAnswer> ReadContent(const reader::ReadRequest& request, std::string_view bytes) {
  try {
    return Dispatch(request, bytes);
  } catch (const std::bad_alloc&) {
    return Fail(reader::ReasonError(Reason::kResourceLimit,
                                    "reading the file took more memory than one file may have; split the file"));
  } catch (const std::exception& error) {
    return Fail(reader::ReasonError(Reason::kCorrupt,
                                    fmt::format("the file is damaged and cannot be read ({}); get it again", error.what())));
  }
}

}  // namespace yk::formats
