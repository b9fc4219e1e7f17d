// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "pipeline/spec_reader.h"

namespace yk::pipeline {

struct StepSpec {
  std::string kind;     ///< "split", "map", …
  Json config;          ///< what stands under the kind
  std::string pointer;  ///< "/steps/1/map", for messages
};

struct RunSpec {
  int chunk_rows = 64;
  int retries = 3;                                               ///< re-asks of an answer that is not valid
  bool retries_said = false;                                     ///< by the user: then what they cost is no bound
  std::chrono::milliseconds give_up = std::chrono::minutes(10);  ///< pause when no endpoint answers for this long
  int in_flight_max = 0;                                         ///< rows asked at a time; 0: the governor decides
};

/// "the schema", and where it is.
struct NamedFile {
  std::string what;
  std::filesystem::path path;
};

/// A job file, read and checked but for what steps, sources and sinks check themselves.
struct JobSpec {
  std::string name;
  std::string model = "builtin";
  Json input;
  std::vector<StepSpec> steps;
  std::vector<Json> outputs;
  RunSpec run;
  Json document;                     ///< the whole spec after --set: stored with the job and hashed
  std::filesystem::path base_dir;    ///< paths in the spec are relative to it
  std::vector<NamedFile> own_files;  ///< the job file, what it names beside input and output, the store
  Places places;
};

/// Checks shape, keys and types. `document` may come from YAML (with places) or from the store (without).
Result<JobSpec> ParseJobSpec(Json document, Places places, std::filesystem::path base_dir);

/// Applies `--set steps.1.map.evidence=off`: a path into the spec; lists take a number, steps also their kind
/// ("steps.map.evidence"). The value is read as JSON, else as text. Returns the JSON pointer of what it changed or
/// made.
Result<std::string> SetSpecValue(Json& document, std::string_view assignment);

}  // namespace yk::pipeline
