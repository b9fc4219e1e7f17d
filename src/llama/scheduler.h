// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "llama/compute.h"
#include "llama/heads.h"
#include "llama/row.h"

namespace yk::llama {

struct RowEnd {
  uint64_t id = 0;
  model::Outcome outcome;
};

/// What the scheduler has done since it began.
struct SchedulerStats {
  int64_t steps = 0;             ///< calls of Compute::Step
  int64_t heads = 0;             ///< shared beginnings that were computed
  int64_t head_tokens = 0;       ///< tokens computed for them
  int64_t head_tokens_read = 0;  ///< tokens of them that were shared with another or read from disk instead
  int64_t row_tokens = 0;        ///< other tokens computed, repeated ones included
  int64_t answer_tokens = 0, forced_tokens = 0;
  int64_t rows_at_once_most = 0, cells_most = 0;
  int64_t no_room = 0;   ///< steps refused for want of cells: 0, because cells are reserved
  int64_t restarts = 0;  ///< of the context
};

/// Takes rows through a model, many at a time, so that the weights are read once for all of them: continuous batching
/// with a shared prefix (Orca, https://www.usenix.org/conference/osdi22/presentation/yu; vLLM,
/// https://arxiv.org/abs/2309.06180), shaped for long questions and short answers.
///
/// A row starts only when the cells of its longest answer are reserved, so a step never finds the cache full. Each step
/// computes what running answers need first, then shared beginnings, then as much of new rows as fits. Whatever a step
/// loses is computed again; an answer so far is never lost. One thread owns it.
class Scheduler {
 public:
  struct Options {
    int rows = 16;  ///< at the same time
    Sequence heads = 4;
    Heads::FileOf head_file;
    /// No further row starts while those at work have so many tokens beside what they share, or one and a half times
    /// what they share, if that is more. 0: no such limit. Every token is held against the whole cache, so rows that
    /// share little slow each other down.
    int64_t own_tokens = 0;
  };
  /// Compute has `heads + rows` sequences or more. All outlive the scheduler.
  Scheduler(Compute& compute, const Tokenizer& tokenizer, const Clock& clock, Options options);

  /// Takes a row. One that can never be answered comes back with the next step, with the numbers.
  void Add(RowSpec spec);
  /// The row comes back with the next step as cancelled, unless it is not here.
  void Cancel(uint64_t id);
  bool Has(uint64_t id) const;
  /// Every row comes back, with this failure.
  std::vector<RowEnd> FailAll(const model::ModelFailure& failure);

  bool idle() const { return waiting_.empty() && running_ == 0 && ended_.empty(); }
  size_t waiting() const { return waiting_.size(); }

  /// One step of the model; the rows that ended with it.
  std::vector<RowEnd> Step();

  const SchedulerStats& stats() const { return stats_; }

 private:
  struct Lane {
    Sequence sequence = 0;
    std::optional<Row> row;
    ResidentHead* head = nullptr;
    /// The beginning that the sequence has a copy of, also while no row runs on it. Null: none, or a shared one.
    std::shared_ptr<const Head> copy;
    bool paid_head = false;
    uint64_t since = 0;  ///< when it was admitted, in turns
  };
  /// What a batch consists of.
  struct Share {
    Lane* lane = nullptr;  ///< or
    ResidentHead* head = nullptr;
    size_t tokens = 0;
    std::optional<size_t> output;  ///< place of its wanted logits in the batch
    Sequence sequence() const { return lane != nullptr ? lane->sequence : head->sequence; }
  };

  void SweepDeadlines();
  void Admit();
  bool Crowded() const;
  bool MakeRoom(int64_t cells);
  bool AdmitRow(Row& row, bool& full);
  Lane& LaneFor(const Head& head);
  void ReleaseUnwantedHeads();
  void Build();
  void Emit(Share& share);
  void Take();
  void Preempt();
  void Recover(StepResult result);
  void FailBatch();
  void Requeue(Lane& lane);
  void StartOver();

  std::string MoreRoom(int64_t tokens) const;
  Error NoRoomForAnswer(const Row& row) const;
  int64_t cells_reserved() const;
  void Leave(Lane& lane);
  void End(const Row& row, model::Outcome outcome);
  void Fail(const Row& row, model::FailureClass failure_class, Error error);

  Compute& compute_;
  const Tokenizer& tokenizer_;
  const Clock& clock_;
  const Compute::Limits limits_;
  const int64_t own_tokens_;
  Heads heads_;
  std::vector<Lane> lanes_;
  size_t lanes_used_max_;
  size_t running_ = 0;
  std::deque<Row> waiting_;
  std::vector<BatchToken> batch_;
  std::vector<Share> shares_;
  std::vector<RowEnd> ended_;
  uint64_t turn_ = 0;
  int failures_ = 0;        ///< steps in a row that failed
  int64_t good_steps_ = 0;  ///< since the last that failed
  SchedulerStats stats_;
};

}  // namespace yk::llama
