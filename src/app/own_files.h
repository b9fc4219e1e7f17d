// SPDX-License-Identifier: Apache-2.0
// What belongs to a job and is neither read as its input nor written as its output.
#pragma once

#include <filesystem>
#include <stop_token>
#include <vector>

#include "app/job_identity.h"
#include "app/settings.h"
#include "pipeline/job_spec.h"
#include "store/job_store.h"

namespace yk::app {

/// Adds the store at `db`, with the files it keeps beside it, and the settings file to JobSpec::own_files.
void AddStoreFiles(const std::filesystem::path& db, const Settings& settings, pipeline::JobSpec& spec);

/// JobSpec::own_files and the outputs.
std::vector<std::filesystem::path> OwnPaths(const pipeline::JobSpec& spec);

/// kInvalid: an output would overwrite one of the own files or an input. A file that a folder or a pattern of the
/// input brings and that an earlier job of this store wrote is no input, but an output. kCancelled: `stop` ended it.
Result<void> CheckOutputFiles(const pipeline::JobSpec& spec, const StoredSpec& stored, store::JobStore& jobs,
                              const std::stop_token& stop);

/// One file, by whatever names: links, also hard ones, are looked through.
bool SameFile(const std::filesystem::path& a, const std::filesystem::path& b);

/// After a job was cancelled: what its outputs were built in goes, unless another job that is not over builds there.
void RemovePartials(const store::JobRecord& cancelled, store::JobStore& jobs);

/// The job file as it is called from the current folder; JOB.yaml when it is not known.
std::string JobFileName(const std::vector<pipeline::NamedFile>& own_files);

}  // namespace yk::app
