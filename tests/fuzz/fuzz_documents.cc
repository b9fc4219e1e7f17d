// SPDX-License-Identifier: Apache-2.0
// Files of the formats that the reader parses with code of its own: the first byte picks the name's ending, the rest is
// the content. They are read or refused with a reason; never a crash, never tables or pages outside their bounds.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "formats/read_file.h"
#include "reader/reason.h"

namespace {

constexpr std::array<std::string_view, 10> kNames = {"a.html", "a.csv",  "a.tsv", "a.json", "a.jsonl",
                                                     "a.rtf",  "a.docx", "a.odt", "a.zip",  "a.txt"};

bool KeepsItsPromises(const yk::reader::Document& document) {
  int64_t at = 0;
  for (const auto& page : document.pages) {
    if (page.begin != at || page.end < page.begin) return false;
    at = page.end;
  }
  for (const auto& table : document.tables) {
    for (const auto& cell : table.cells) {
      if (cell.row + cell.row_span > table.rows || cell.col + cell.col_span > table.cols) return false;
    }
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  yk::reader::ReadRequest request;
  request.name = kNames[static_cast<size_t>(data[0] + 2) % kNames.size()];  // '0' is the first
  request.options.want.tables = true;
  request.options.limits.expanded_bytes_max = 1 << 20;
  request.options.limits.text_bytes_max = 1 << 20;
  request.options.limits.cells_max = 10'000;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (const auto task : {yk::reader::Task::kRead, yk::reader::Task::kList}) {
    request.task = task;
    const auto answer = yk::formats::ReadContent(request, bytes);
    const bool fine = answer ? KeepsItsPromises(answer->document) : yk::reader::ReasonOf(answer.error()).has_value();
    if (!fine) {
      std::cerr << "broken promise: a document keeps its bounds, a failure has a reason\n";
      std::abort();
    }
  }
  return 0;
}
