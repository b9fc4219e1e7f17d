// SPDX-License-Identifier: Apache-2.0
#include "testing/store_worker.h"

#include "base/hash.h"

namespace yk::testing {

using store::ChunkCommit;
using store::JobId;
using store::JobState;
using store::LeasedChunk;
using store::RowStatus;

Result<JobId> StoreWorker::Run() {
  YK_TRY(const JobId job, Load());
  YK_TRY(const store::RescueReport report, store.jobs.Rescue(true));
  (void)report;
  while (true) {
    YK_TRY(const auto leases, store.jobs.Claim({job, 0, store::WorkerId{RandomId()}, 2, std::chrono::minutes(1)}));
    for (const LeasedChunk& lease : leases) YK_TRY_VOID(Work(lease));
    YK_TRY_VOID(Deliver(job));
    if (!leases.empty()) continue;
    YK_TRY(const bool finished, store.jobs.Finish(job));
    (void)finished;
    YK_TRY(const store::JobRecord record, store.jobs.Get(job));
    if (record.state == JobState::kDone) return job;
    return Fail(Code::kInternal, "nothing to claim, but the job is {}", store::JobStateName(record.state));
  }
}

Result<JobId> StoreWorker::Load() {
  store::NewJob spec;
  spec.name = "crash test";
  spec.idem_key = "crash test";
  YK_TRY(const store::JobRecord record, store.jobs.Create(spec));
  if (record.state != JobState::kLoading) return record.id;
  for (int64_t from = 0; from < rows; from += 5) {
    store::Rows batch{record.id, 0, {}, chunk_rows, from + 5 >= rows};
    for (int64_t row = from; row < std::min(rows, from + 5); ++row)
      batch.rows.push_back({row, "in " + std::to_string(row)});
    YK_TRY_VOID(store.jobs.Enqueue(batch));
  }
  return record.id;
}

Result<void> StoreWorker::Work(const LeasedChunk& lease) {
  ChunkCommit commit{lease.key, lease.lease, {}, false, "{}", std::chrono::minutes(1)};
  const size_t half = lease.rows.size() / 2;
  for (size_t i = 0; i < lease.rows.size(); ++i) {
    YK_TRY(std::string answer, Ask(lease.rows[i]));
    commit.results.push_back({lease.rows[i].row_id, RowStatus::kOk, std::move(answer), ""});
    if (i + 1 != half) continue;
    YK_TRY(const auto outcome, store.jobs.Commit({&commit, 1}));
    (void)outcome;
    commit.results.clear();
  }
  commit.done = true;
  YK_TRY(const auto outcome, store.jobs.Commit({&commit, 1}));
  (void)outcome;
  return {};
}

Result<std::string> StoreWorker::Ask(const store::InputRow& row) {
  const store::AnswerKey key{Sha256("request " + row.payload), Sha256("ask " + row.payload)};
  YK_TRY(auto found, store.answers.Get({&key, 1}));
  if (found.front()) return std::move(found.front()->body);
  on_ask(row.row_id);
  store::StoredAnswer answer;
  answer.key = key;
  answer.body = "out of " + row.payload;
  answer.finish = "stop";
  YK_TRY_VOID(store.answers.Put({&answer, 1}));
  on_journaled(row.row_id);
  return answer.body;
}

Result<void> StoreWorker::Deliver(JobId job) {
  YK_TRY(const auto cursor, store.log.LoadCursor(job, "sink"));
  store::DeliveryCursor next = cursor.value_or(store::DeliveryCursor{});
  YK_TRY(const auto results, store.log.Read(job, 0, next.next_row, 100));
  if (results.empty()) return {};
  for (const store::RowResult& result : results) on_deliver(result.row_id, result.output);
  next.next_row += static_cast<int64_t>(results.size());
  return store.log.SaveCursor(job, "sink", next);
}

}  // namespace yk::testing
