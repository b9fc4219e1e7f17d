// SPDX-License-Identifier: Apache-2.0
// Makes the source that a job's `input:` asks for:
//   {files: GLOB | [GLOB, …], as: document | page | message | line}; `**` crosses folders; folders mean all in them
//       passwords: ["env:NAME", …]?   tried on encrypted files; env: names the variable that holds the password
//   {files: …, as: frame, every: 10s}      pictures of videos, with their time and the text that OCR finds in them
//   {files: …, as: table | row, sheet: NAME | PATTERN?}     tables of workbooks and documents; row: each row of them
//   {xlsx: PATH, sheet:?, header_rows:?, skip_rows:?}       rows of a workbook; the keys of `as: row`
//   {csv: PATH, delimiter: ","?}      the first record names the columns
//   {jsonl: PATH}                     one JSON object per line
//   {logs: GLOB | [GLOB, …], top: 10, baseline:?, since:?, until:?, header:?, year:?, masks:?}   incidents, strongest
//   first {stdin: csv | jsonl | lines | text | auto}
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"
#include "pipeline/source.h"

namespace yk::reader {
class ReaderPool;
}

namespace yk::pipeline {
class Places;
}

namespace yk::sources {

/// What a source needs beside its spec. Everything referred to must outlive the source.
struct SourceContext {
  std::filesystem::path base_dir;  ///< absolute; paths of the spec and of stored payloads are relative to it
  std::vector<std::filesystem::path> own_files;  ///< of the job: folders and patterns do not bring them
  const reader::ReaderPool* readers = nullptr;   ///< needed for documents, pages and tables
  std::vector<std::string> overrides;  ///< --input PATH: replace the spec's paths; relative to the working folder
  int64_t limit = 0;                   ///< --limit N: only the first N rows; 0 = all
  int64_t rows_with_places = 0;        ///< rows whose documents come with the places of their words (Want::spans)
  int stdin_fd = 0;
  std::filesystem::path spool_dir;           ///< absolute; where stdin is kept so that a resume can read it again
  const pipeline::Places* places = nullptr;  ///< optional: file and line of /input, for messages
  std::stop_token stop{};                    ///< ends Manifest, with kCancelled; rows already given are not touched
  std::string spooled_stdin;                 ///< a spool file of an earlier run, for resuming without reading stdin_fd
};

/// kInvalid: an unknown key, kind or value, each named with what is allowed. Missing and empty inputs are found by
/// Manifest. A source made only to Load stored payloads needs no Manifest call and touches no input until Load.
Result<std::unique_ptr<pipeline::Source>> MakeSource(const Json& input_spec, const SourceContext& context);

}  // namespace yk::sources
