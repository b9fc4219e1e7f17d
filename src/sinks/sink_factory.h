// SPDX-License-Identifier: Apache-2.0
// Makes the sinks that a job's `output:` asks for:
//   {jsonl: PATH, errors: beside | inline}
//   {csv: PATH, errors: beside | inline, bom: true | false, formulas: escape | raw}
//   {xlsx: PATH, sheet: NAME}
//   {html: PATH, rows: 1000}
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "pipeline/sink.h"
#include "store/result_log.h"

namespace yk::pipeline {
class Places;
}

namespace yk::sinks {

/// What a sink needs beside its spec. `results` must outlive the sink.
struct SinkContext {
  std::filesystem::path base_dir;  ///< absolute; paths of the spec are relative to it
  store::JobId job;
  std::string job_name;
  WallTime created_at{};                     ///< the job's: XLSX carries it as its date, so a rebuilt file is equal
  store::ResultLog* results = nullptr;       ///< XLSX and HTML are built from it at Close
  int stage = 0;                             ///< the job's last stage: its results are delivered
  Json schema = Json::object();              ///< JSON Schema of a row's fields; `properties` give columns in order
  std::vector<std::string> extra_columns;    ///< fields beside the schema's, such as input columns: they come first
  std::vector<std::string> confidence;     ///< fields whose confidence is known: they get columns of it
  std::vector<std::string> whole_outputs;    ///< paths of outputs that have all rows; MakeSinks fills it in
  const pipeline::Places* places = nullptr;  ///< optional: file and line of /output, for messages
};

/// One sink. kInvalid: an unknown key or kind, or a wrong value, named with what is allowed.
Result<std::unique_ptr<pipeline::Sink>> MakeSink(const Json& output_spec, const SinkContext& context);

/// The files that one entry of `output:` writes, the one it is built in and the errors beside it among them. Empty for
/// an entry that MakeSink refuses.
std::vector<std::filesystem::path> OutputFiles(const Json& output_spec, const std::filesystem::path& base_dir);

/// All sinks of a job. kInvalid also when two of them would write the same file.
Result<std::vector<std::unique_ptr<pipeline::Sink>>> MakeSinks(const Json& output_specs, SinkContext context);

}  // namespace yk::sinks
