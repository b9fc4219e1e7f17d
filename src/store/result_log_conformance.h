// SPDX-License-Identifier: Apache-2.0
// For tests: what every ResultLog promises. See store_conformance.h.
#pragma once

#include "store/store_conformance.h"

namespace yk::store {

class ResultLogConformance : public StoreConformance {};

TEST_P(ResultLogConformance, ReadEndsBeforeTheFirstRowWithoutAResult) {
  const JobId job = Loaded(12);
  const auto leases = Claim(job, 3);
  EXPECT_EQ(CommitAll(leases[0]), CommitOutcome::kCommitted);
  EXPECT_EQ(CommitAll(leases[2]), CommitOutcome::kCommitted);
  EXPECT_EQ(Ids(log().Read(job, 0, 0, 100).value()), (std::vector<int64_t>{0, 1, 2, 3}));
  EXPECT_EQ(Ids(log().Read(job, 0, 2, 1).value()), (std::vector<int64_t>{2}));
  EXPECT_TRUE(log().Read(job, 0, 4, 100).value().empty());
  EXPECT_EQ(Ids(log().Scan(job, 0, 3, 3, false).value()), (std::vector<int64_t>{3, 8, 9}));
  EXPECT_EQ(CommitAll(leases[1], RowStatus::kFailed), CommitOutcome::kCommitted);
  EXPECT_EQ(log().Read(job, 0, 0, 100).value().size(), 12u);
  EXPECT_EQ(Ids(log().Scan(job, 0, 0, 100, true).value()), (std::vector<int64_t>{4, 5, 6, 7}));
  EXPECT_EQ(log().Read(job, 0, 5, 1).value().at(0).status, RowStatus::kFailed);
}

TEST_P(ResultLogConformance, ReadIsBoundedInBytes) {
  const JobId job = Loaded(16, 16);
  ChunkCommit commit = CommitOf(Claim(job).at(0), 16, true);
  for (RowResult& result : commit.results) result.output.assign(1 << 20, 'x');
  EXPECT_EQ(Commit(commit), CommitOutcome::kCommitted);
  const size_t first = log().Read(job, 0, 0, 100).value().size();
  EXPECT_GE(first, 8u);
  EXPECT_LE(first, 10u);
}

TEST_P(ResultLogConformance, InputsAndBytesOfEveryKindComeBackAsTheyWere) {
  const JobId job = jobs().Create(Spec("a")).value().id;
  Rows rows = MakeRows(job, 0, 1, 4, true);
  rows.rows[0].payload = std::string("zero \0 and \xff\xfe", 13) + "日本語";
  ASSERT_TRUE(jobs().Enqueue(rows));
  EXPECT_EQ(log().Input(job, 0, 0).value(), rows.rows[0].payload);
  EXPECT_EQ(log().Input(job, 0, 1).error().code, Code::kNotFound);
  const auto lease = Claim(job).at(0);
  EXPECT_EQ(lease.rows[0].payload, rows.rows[0].payload);
  ChunkCommit commit = CommitOf(lease, 1, true);
  commit.results[0].output = rows.rows[0].payload;
  EXPECT_EQ(Commit(commit), CommitOutcome::kCommitted);
  EXPECT_EQ(log().Read(job, 0, 0, 1).value().at(0).output, rows.rows[0].payload);
}

TEST_P(ResultLogConformance, CursorsAreKeptPerJobAndSink) {
  const JobId job = Loaded(4);
  EXPECT_FALSE(log().LoadCursor(job, "a.jsonl").value());
  ASSERT_TRUE(log().SaveCursor(job, "a.jsonl", {2, 100, 0xfffffff0u, "{}"}));
  ASSERT_TRUE(log().SaveCursor(job, "a.jsonl", {3, 150, 0xfffffff1u, "{\"x\":1}"}));
  const auto cursor = log().LoadCursor(job, "a.jsonl").value();
  ASSERT_TRUE(cursor);
  EXPECT_EQ(cursor->next_row, 3);
  EXPECT_EQ(cursor->offset, 150);
  EXPECT_EQ(cursor->crc, 0xfffffff1u);
  EXPECT_EQ(cursor->state, "{\"x\":1}");
  EXPECT_FALSE(log().LoadCursor(job, "b.jsonl").value());
  EXPECT_EQ(log().SaveCursor(JobId{5}, "a.jsonl", {}).error().code, Code::kNotFound);
}

}  // namespace yk::store
