// SPDX-License-Identifier: Apache-2.0
#include "app/job_identity.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/hash.h"
#include "pipeline/spec_reader.h"

namespace yk::app {
namespace {

/// Whether the rules of barriers matter to a step: every dedupe, and a reduce by another key than the file, which
/// nearly every job about documents has and which the rules leave alone.
bool GoesByRules(const Json& step) {
  if (step == "dedupe" || (step.is_object() && step.contains("dedupe"))) return true;
  if (!step.is_object() || !step.contains("reduce") || !step["reduce"].is_object()) return false;
  return step["reduce"].value("by", Json("file")) != "file";
}

}  // namespace

std::string StoredSpec::ToText() const {
  Json out = {{"spec", spec},
              {"base_dir", base_dir},
              {"inputs", inputs},
              {"limit", limit},
              {"spooled_stdin", spooled_stdin},
              {"columns", columns},
              {"dedupe_rules", barrier_rules}};
  Json& own = out["own_files"] = Json::array();
  for (const auto& file : own_files) own.push_back({file.what, file.path.string()});
  return DumpJson(out);
}

Result<StoredSpec> StoredSpec::FromText(const std::string& text) {
  YK_TRY(Json parsed, ParseJson(text));
  StoredSpec stored;
  try {
    stored.spec = parsed.at("spec");
    stored.base_dir = parsed.at("base_dir").get<std::string>();
    stored.inputs = parsed.at("inputs").get<std::vector<std::string>>();
    stored.limit = parsed.at("limit").get<int64_t>();
    stored.columns = parsed.at("columns").get<std::vector<std::string>>();
    for (const Json& file : parsed.value("own_files", Json::array())) {
      stored.own_files.push_back({file.at(0).get<std::string>(), file.at(1).get<std::string>()});
    }
    stored.barrier_rules = parsed.value("dedupe_rules", 1);
    stored.spooled_stdin = parsed.value("spooled_stdin", "");
  } catch (const std::exception& error) {
    return Fail(Code::kCorrupt,
                "the stored spec of the job does not read back ({}); start it anew with `yakan run JOB.yaml --new`",
                error.what());
  }
  return stored;
}

bool StoredSpec::GoesByBarrierRules() const {
  const auto steps = spec.find("steps");
  return steps != spec.end() && std::any_of(steps->begin(), steps->end(), GoesByRules);
}

Result<void> StoredSpec::CheckBarriers(const std::string& job_name) const {
  if (barrier_rules == kBarrierRules || !GoesByBarrierRules()) return {};
  return Fail(
      Code::kConflict,
      "the job '{}' was begun by another version of Yakan, whose dedupe and reduce compared rows in another way, "
      "so its rows cannot be gone on with; drop it with `yakan cancel {}` and run it again (stored answers are used)",
      job_name, job_name);
}

Identity IdentityOf(const StoredSpec& stored, const std::string& manifest) {
  Hasher hasher;
  hasher.Field(CanonicalJson(stored.spec)).Field(stored.base_dir).Field(stored.limit).Field(manifest);
  for (const auto& input : stored.inputs) hasher.Field(input);
  if (stored.GoesByBarrierRules()) hasher.Field(int64_t{stored.barrier_rules});
  return {ToHex(hasher.Finish())};
}

Result<Found> FindOrCreateJob(store::JobStore& store, const std::string& name, const StoredSpec& stored,
                              const Identity& identity, int stages, bool force_new) {
  store::JobFilter filter;
  filter.name = name;
  filter.limit = std::numeric_limits<int>::max();
  YK_TRY(const std::vector<store::JobRecord> jobs, store.List(filter));
  if (!jobs.empty() && !store::IsFinal(jobs[0].state) && !force_new) {
    const store::JobRecord& open = jobs[0];
    if (open.spec_hash == identity.spec_hash) {
      Found found{open, true};
      if (open.state == store::JobState::kPaused) {
        YK_TRY(found.job, store.Act(open.id, store::Control::kResume));
      }
      return found;
    }
    // Its input was refused before the first row: there is nothing to keep.
    if (open.state == store::JobState::kLoading && open.rows_total == 0) {
      YK_TRY_VOID(store.Act(open.id, store::Control::kCancel));
      YK_TRY_VOID(store.Finish(open.id));
      return FindOrCreateJob(store, name, stored, identity, stages, force_new);
    }
    return Fail(Code::kConflict,
                "the job '{}' has an unfinished run ({}, {}) with another spec or other inputs. Finish it with "
                "`yakan resume {}`, drop it with `yakan cancel {}`, or start beside it with `--new`",
                name, open.id.value, store::JobStateName(open.state), name, name);
  }
  store::NewJob job;
  job.name = name;
  job.spec = stored.ToText();
  job.spec_hash = identity.spec_hash;
  job.stages = stages;
  job.idem_key =
      ToHex(Hasher().Field(name).Field(identity.spec_hash).Field(static_cast<int64_t>(jobs.size())).Finish());
  YK_TRY(store::JobRecord created, store.Create(job));
  return Found{std::move(created), false};
}

Result<bool> GoesOnWithRetry(store::JobStore& store, const std::string& name, const Identity& identity) {
  store::JobFilter filter;
  filter.name = name;
  filter.limit = 1;
  YK_TRY(const std::vector<store::JobRecord> jobs, store.List(filter));
  return !jobs.empty() && !store::IsFinal(jobs[0].state) && jobs[0].spec_hash == identity.spec_hash &&
         jobs[0].generation > 0;
}

std::string HandleOf(store::JobStore& store, const store::JobRecord& job) {
  store::JobFilter filter;
  filter.name = job.name;
  filter.limit = 1;
  const auto latest = store.List(filter);
  const bool later = latest && !latest->empty() && latest->front().id != job.id;
  return later ? std::to_string(job.id.value) : job.name;
}

Result<store::JobRecord> FindJob(store::JobStore& store, const std::string& id_or_name) {
  int64_t id = 0;
  const char* end = id_or_name.data() + id_or_name.size();
  if (const auto read = std::from_chars(id_or_name.data(), end, id); read.ec == std::errc() && read.ptr == end) {
    auto job = store.Get(store::JobId{id});
    if (job || job.error().code != Code::kNotFound) return job;
  }
  store::JobFilter filter;
  filter.name = id_or_name;
  filter.limit = 1;
  YK_TRY(std::vector<store::JobRecord> jobs, store.List(filter));
  if (!jobs.empty()) return std::move(jobs[0]);
  YK_TRY(const std::vector<store::JobRecord> all, store.List({}));
  std::vector<std::string_view> names;
  for (const auto& job : all) names.push_back(job.name);
  const std::string near = pipeline::Nearest(id_or_name, names);
  return Fail(Code::kNotFound, "there is no job '{}' in this store{}; `yakan jobs` lists them", id_or_name,
              near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near));
}

}  // namespace yk::app
