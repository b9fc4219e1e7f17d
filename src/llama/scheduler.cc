// SPDX-License-Identifier: Apache-2.0
#include "llama/scheduler.h"

#include <algorithm>
#include <cmath>

namespace yk::llama {

using model::FailureClass;

namespace {
constexpr int64_t kStepsToTrust = 64;
/// A prompt that leaves less than this for its answer is too long.
constexpr int64_t kAnswerLeast = 32;

Error NoToken(std::span<const float> logits) {
  const bool number = std::any_of(logits.begin(), logits.end(), [](float logit) { return std::isfinite(logit); });
  if (number) return {Code::kInternal, "the model's vocabulary cannot write what the schema demands next", {}};
  return {Code::kCorrupt,
          "the model computes no numbers for this row; when it does so for all, its file is damaged: fetch it again",
          {}};
}

/// Whether rows end at what the model was trained for, and not at the cache.
bool Trained(const Compute::Limits& limits) { return limits.longest > 0 && limits.longest <= limits.cells; }

std::string_view OfWhat(const Compute::Limits& limits) {
  if (Trained(limits)) return "the model was trained for";
  return limits.streams ? "the cache holds for one row" : "the cache of the model holds";
}

}  // namespace

Scheduler::Scheduler(Compute& compute, const Tokenizer& tokenizer, const Clock& clock, Options options)
    : compute_(compute),
      tokenizer_(tokenizer),
      clock_(clock),
      limits_(compute.limits()),
      own_tokens_(options.own_tokens),
      heads_(compute, 0, options.heads, std::move(options.head_file)),
      lanes_(static_cast<size_t>(options.rows)),
      lanes_used_max_(lanes_.size()) {
  for (size_t i = 0; i < lanes_.size(); ++i) lanes_[i].sequence = options.heads + static_cast<Sequence>(i);
  batch_.reserve(static_cast<size_t>(limits_.batch));
}

void Scheduler::Add(RowSpec spec) {
  Row row(std::move(spec), tokenizer_);
  if (row.settled()) {
    model::Outcome outcome;
    outcome.usage = row.UsageSoFar(false);
    outcome.answer = row.TakeAnswer(*row.settled());
    return End(row, std::move(outcome));
  }
  const auto prompt = static_cast<int64_t>(row.head_size() + row.spec().prompt.tail.size());
  const int64_t limit = Trained(limits_) ? limits_.longest : limits_.cells;
  const auto thinking = static_cast<int64_t>(row.thinking_reserve());
  const int64_t asked = static_cast<int64_t>(row.head_size() + row.reserve()) - prompt - thinking;
  const auto too_long = [&](std::string_view what, int64_t tokens, std::string_view remedy) {
    Fail(row, FailureClass::kRequest,
         {Code::kInvalid,
          fmt::format("{} {} tokens, which leaves no room for an answer in the {} tokens that {}; {}, or {}", what,
                      tokens, limit, OfWhat(limits_), remedy, MoreRoom(tokens + thinking + asked)),
          {}});
  };
  if (const auto shared = static_cast<int64_t>(row.head_size()); limit - shared < kAnswerLeast) {
    return too_long("the instruction and the schema are too long: they alone have", shared, "make them shorter");
  }
  const int64_t room = limit - prompt - thinking;
  // What every answer begins with has to fit as well: it is computed with the prompt.
  if (room < std::min(asked, std::max(kAnswerLeast, static_cast<int64_t>(row.answer_tokens())))) {
    return too_long("the row is too long: its prompt has", prompt, "put a 'split' step before this one");
  }
  // An answer that needs more room than there is ends as one that was cut off.
  if (asked > room) row.LimitAnswer(room);
  waiting_.push_back(std::move(row));
}

/// What to do for a row that needs so many tokens.
std::string Scheduler::MoreRoom(int64_t tokens) const {
  if (Trained(limits_) || (limits_.longest > 0 && tokens > limits_.longest))
    return "take a model with a longer context";
  return fmt::format("set 'context' of the model to {} or more", tokens * (limits_.streams ? limits_.sequences : 1));
}

Error Scheduler::NoRoomForAnswer(const Row& row) const {
  const auto prompt = static_cast<int64_t>(row.head_size() + row.spec().prompt.tail.size());
  const int64_t most = std::max(row.answer_tokens(), static_cast<int64_t>(row.spec().sampling.tokens_max));
  return {
      Code::kInvalid,
      fmt::format("the answer was cut off after {} tokens, because its prompt has {} and there are {} that {}; put a "
                  "'split' step before this one, or {}",
                  row.answer_tokens(), prompt, Trained(limits_) ? limits_.longest : limits_.cells, OfWhat(limits_),
                  MoreRoom(prompt + static_cast<int64_t>(row.thinking_reserve()) + most)),
      {}};
}

void Scheduler::Cancel(uint64_t id) {
  const Error why{Code::kCancelled, "The request was cancelled before it was answered.", {}};
  for (Lane& lane : lanes_) {
    if (!lane.row || lane.row->spec().id != id) continue;
    Fail(*lane.row, FailureClass::kTransport, why);
    return Leave(lane);
  }
  const auto found =
      std::find_if(waiting_.begin(), waiting_.end(), [&](const Row& row) { return row.spec().id == id; });
  if (found == waiting_.end()) return;
  Fail(*found, FailureClass::kTransport, why);
  waiting_.erase(found);
}

bool Scheduler::Has(uint64_t id) const {
  const auto is = [&](const Row& row) { return row.spec().id == id; };
  return std::any_of(waiting_.begin(), waiting_.end(), is) ||
         std::any_of(lanes_.begin(), lanes_.end(), [&](const Lane& lane) { return lane.row && is(*lane.row); }) ||
         std::any_of(ended_.begin(), ended_.end(), [&](const RowEnd& end) { return end.id == id; });
}

std::vector<RowEnd> Scheduler::FailAll(const model::ModelFailure& failure) {
  for (Lane& lane : lanes_) {
    if (!lane.row) continue;
    Fail(*lane.row, failure.failure_class, failure.error);
    Leave(lane);
  }
  for (const Row& row : waiting_) Fail(row, failure.failure_class, failure.error);
  waiting_.clear();
  return std::exchange(ended_, {});
}

std::vector<RowEnd> Scheduler::Step() {
  SweepDeadlines();
  Admit();
  Build();
  if (!batch_.empty()) {
    ++stats_.steps;
    switch (const StepResult result = compute_.Step(batch_)) {
      case StepResult::kDone:
        failures_ = 0;
        // A cause that has passed need not slow down the rest of the night.
        if (++good_steps_ % kStepsToTrust == 0) lanes_used_max_ = std::min(lanes_.size(), 2 * lanes_used_max_);
        Take();
        break;
      case StepResult::kNoRoom: Preempt(); break;
      case StepResult::kRefused: FailBatch(); break;
      case StepResult::kAborted: StartOver(); break;
      default: Recover(result); break;
    }
  }
  return std::exchange(ended_, {});
}

void Scheduler::SweepDeadlines() {
  const MonoTime now = clock_.Now();
  const Error why{Code::kTimeout, "its deadline passed before the model had answered", {}};
  for (Lane& lane : lanes_) {
    if (!lane.row || lane.row->spec().deadline > now) continue;
    Fail(*lane.row, FailureClass::kTransport, why);
    Leave(lane);
  }
  for (auto one = waiting_.begin(); one != waiting_.end();) {
    if (one->spec().deadline > now) {
      ++one;
      continue;
    }
    Fail(*one, FailureClass::kTransport, why);
    one = waiting_.erase(one);
  }
}

int64_t Scheduler::cells_reserved() const {
  int64_t cells = heads_.cells();
  for (const Lane& lane : lanes_) {
    if (lane.row) cells += static_cast<int64_t>(lane.row->reserve());
  }
  return cells;
}

/// Frees unused heads until so many cells are free.
bool Scheduler::MakeRoom(int64_t cells) {
  // A sequence has its own cells, and Add has seen to it that the row fits into them.
  if (limits_.streams) return true;
  while (cells_reserved() + cells > limits_.cells) {
    if (!heads_.Evict()) return false;
  }
  return true;
}

/// A head on its way whose rows were all cancelled may go like any other.
void Scheduler::ReleaseUnwantedHeads() {
  for (ResidentHead& place : heads_.all()) {
    if (place.head == nullptr || place.paid) continue;
    const bool wanted = std::any_of(waiting_.begin(), waiting_.end(), [&](const Row& row) {
      return row.spec().prompt.head == place.head || row.spec().prompt.head->tokens == place.head->tokens;
    });
    if (!wanted) place.paid = true;
  }
}

void Scheduler::Admit() {
  ReleaseUnwantedHeads();
  bool full = false;
  for (auto one = waiting_.begin(); one != waiting_.end() && !full && running_ < lanes_used_max_ && !Crowded();) {
    one = AdmitRow(*one, full) ? waiting_.erase(one) : std::next(one);
  }
  stats_.rows_at_once_most = std::max(stats_.rows_at_once_most, static_cast<int64_t>(running_));
  stats_.cells_most = std::max(stats_.cells_most, cells_reserved());
}

bool Scheduler::Crowded() const {
  if (own_tokens_ == 0) return false;
  size_t own = 0, shared = 0;
  for (const Lane& lane : lanes_) {
    if (!lane.row) continue;
    own += lane.row->line().size();
    shared = std::max(shared, lane.row->head_size());
  }
  return own >= std::max(static_cast<size_t>(own_tokens_), shared * 3 / 2);
}

/// `full`: no row behind it may overtake, or a long one would wait for ever. When nothing runs, others may: what is in
/// the way are heads that were made for them.
bool Scheduler::AdmitRow(Row& row, bool& full) {
  const bool headless = row.head_size() == 0;
  ResidentHead* head = headless ? nullptr : heads_.Find(*row.spec().prompt.head);
  if (!headless && head == nullptr) {
    // Head and row together, so that a head never takes the room its own rows need.
    if (!MakeRoom(static_cast<int64_t>(row.head_size() + row.reserve()))) {
      full = running_ > 0;
      return false;
    }
    head = heads_.Place(row.spec().prompt.head);
    if (head == nullptr) return false;
    stats_.head_tokens_read += static_cast<int64_t>(head->computed);
    if (!head->ready()) ++stats_.heads;
  }
  if (head != nullptr && !head->ready()) return false;
  // The row's own head must not be evicted to make room for the row.
  if (head != nullptr) ++head->rows;
  const bool room = MakeRoom(static_cast<int64_t>(row.reserve()));
  if (!room) {
    if (head != nullptr) --head->rows;
    full = running_ > 0;
    return false;
  }
  Lane& lane = LaneFor(*row.spec().prompt.head);
  lane.row.emplace(std::move(row));
  lane.head = head;
  lane.since = ++turn_;
  lane.paid_head = head != nullptr && !std::exchange(head->paid, true);
  if (lane.copy == nullptr && head != nullptr) {
    compute_.Share(head->sequence, lane.sequence, -1);
    if (limits_.streams && limits_.cuts_back) lane.copy = lane.row->spec().prompt.head;
  }
  ++running_;
  return true;
}

/// A free lane: empty, or with a copy of the row's own head, which then need not be made again.
Scheduler::Lane& Scheduler::LaneFor(const Head& head) {
  Lane* found = nullptr;
  for (Lane& lane : lanes_) {
    if (lane.row) continue;
    if (lane.copy != nullptr && lane.copy->tokens == head.tokens) return lane;
    if (found == nullptr || (found->copy != nullptr && lane.copy == nullptr)) found = &lane;
  }
  if (std::exchange(found->copy, nullptr) != nullptr) compute_.Drop(found->sequence);
  return *found;
}

/// What running answers need comes first, then shared beginnings, then as much of new rows as fits.
void Scheduler::Build() {
  batch_.clear();
  shares_.clear();
  auto room = static_cast<size_t>(limits_.batch);
  const auto take = [&](Lane* lane, ResidentHead* head, size_t pending) {
    const size_t tokens = std::min(room, pending);
    if (tokens > 0) shares_.push_back({lane, head, tokens, std::nullopt});
    room -= tokens;
  };
  for (Lane& lane : lanes_) {
    if (lane.row && lane.row->answering()) take(&lane, nullptr, lane.row->pending());
  }
  for (ResidentHead& head : heads_.all()) {
    if (head.head != nullptr && !head.ready()) take(nullptr, &head, head.head->tokens.size() - head.computed);
  }
  for (Lane& lane : lanes_) {
    if (lane.row && !lane.row->answering()) take(&lane, nullptr, lane.row->pending());
  }
  // With a cache for each sequence the library computes those together whose numbers follow one another.
  if (limits_.streams) {
    std::sort(shares_.begin(), shares_.end(),
              [](const Share& a, const Share& b) { return a.sequence() < b.sequence(); });
  }
  for (Share& share : shares_) Emit(share);
}

void Scheduler::Emit(Share& share) {
  const bool of_head = share.head != nullptr;
  const std::vector<Token>& line = of_head ? share.head->head->tokens : share.lane->row->line();
  const size_t from = of_head ? share.head->computed : share.lane->row->computed();
  const size_t before = of_head ? 0 : share.lane->row->head_size();
  for (size_t at = from; at < from + share.tokens; ++at)
    batch_.push_back({line[at], static_cast<int32_t>(before + at), share.sequence(), false});
  if (of_head || share.tokens < share.lane->row->pending()) return;
  share.output = batch_.size() - 1;
  batch_.back().output = true;
}

void Scheduler::Take() {
  for (const Share& share : shares_) {
    if (share.head != nullptr) {
      share.head->computed += share.tokens;
      stats_.head_tokens += static_cast<int64_t>(share.tokens);
      if (share.head->ready()) heads_.Keep(*share.head);
      continue;
    }
    Lane& lane = *share.lane;
    lane.row->Computed(share.tokens);
    stats_.row_tokens += static_cast<int64_t>(share.tokens);
    if (!share.output) continue;
    const std::span<const float> logits = compute_.Logits(*share.output);
    const auto finish = logits.empty() ? std::optional(model::Finish::kOther) : lane.row->Advance(logits);
    if (!finish) continue;
    model::Outcome outcome;
    outcome.usage = lane.row->UsageSoFar(lane.paid_head);
    if (*finish == model::Finish::kOther) {
      outcome.failure = {FailureClass::kRequest, NoToken(logits), std::nullopt};
    } else if (*finish == model::Finish::kLength && lane.row->out_of_room()) {
      outcome.failure = {FailureClass::kRequest, NoRoomForAnswer(*lane.row), std::nullopt};
    } else {
      outcome.answer = lane.row->TakeAnswer(*finish);
    }
    End(*lane.row, std::move(outcome));
    Leave(lane);
  }
}

void Scheduler::Leave(Lane& lane) {
  // A copy of the head is worth keeping for the next row; a shared one costs nothing to make.
  if (lane.copy != nullptr)
    compute_.Cut(lane.sequence, static_cast<int32_t>(lane.copy->tokens.size()));
  else
    compute_.Drop(lane.sequence);
  if (lane.head != nullptr) --lane.head->rows;
  lane.head = nullptr;
  lane.row.reset();
  --running_;
}

void Scheduler::End(const Row& row, model::Outcome outcome) {
  stats_.answer_tokens += outcome.usage.tokens_out;
  stats_.forced_tokens += row.forced_tokens();
  ended_.push_back({row.spec().id, std::move(outcome)});
}

void Scheduler::Fail(const Row& row, FailureClass failure_class, Error error) {
  model::Outcome outcome;
  if (row.computed() > 0) outcome.usage = row.UsageSoFar(false);
  outcome.failure = model::ModelFailure{failure_class, std::move(error), std::nullopt};
  End(row, std::move(outcome));
}

}  // namespace yk::llama
