// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/job_spec.h"
#include "store/job_store.h"

namespace yk::app {

/// What `yakan run` was asked to do, as it is stored with the job: enough to resume without the job file.
struct StoredSpec {
  Json spec;  ///< the job file, files taken in
  std::string base_dir;
  std::vector<std::string> inputs;             ///< --input
  int64_t limit = 0;                           ///< --limit
  std::string spooled_stdin;                   ///< where stdin was kept
  std::vector<std::string> columns;            ///< of the input; rows that are taken in need no second look at it
  std::vector<pipeline::NamedFile> own_files;  ///< JobSpec::own_files without the store's
  int barrier_rules = kBarrierRules;           ///< of the program that began the job; stored as "dedupe_rules"

  /// 1: dedupe compared documents without their text, and a copy lost its own fields. 2: columns that begin with an
  /// underscore were left out, and rows without a key were equal. Rows that went through a dedupe or reduce of other
  /// rules do not mix with ours.
  static constexpr int kBarrierRules = 3;
  bool GoesByBarrierRules() const;
  /// kConflict: the job was begun by a program whose dedupe and reduce were others.
  Result<void> CheckBarriers(const std::string& job_name) const;

  std::string ToText() const;
  static Result<StoredSpec> FromText(const std::string& text);
};

struct Identity {
  std::string spec_hash;  ///< of spec, inputs, limit and input manifest: equal means "the same work"
};
Identity IdentityOf(const StoredSpec& stored, const std::string& manifest);

struct Found {
  store::JobRecord job;
  bool resumed = false;
};

/// decisions.md 16: resumes the unfinished job of this name with the same identity, starts a new one when the last has
/// ended, refuses (kConflict) when an unfinished one differs, unless `force_new`.
Result<Found> FindOrCreateJob(store::JobStore& store, const std::string& name, const StoredSpec& stored,
                              const Identity& identity, int stages, bool force_new);

/// The run that `yakan run` would go on with is a retry of failed rows that did not come to its end.
Result<bool> GoesOnWithRetry(store::JobStore& store, const std::string& name, const Identity& identity);

/// How commands name this job: by its name, or by its id where the name means a later job.
std::string HandleOf(store::JobStore& store, const store::JobRecord& job);

/// A job by id, or the latest of that name.
Result<store::JobRecord> FindJob(store::JobStore& store, const std::string& id_or_name);

}  // namespace yk::app
