// SPDX-License-Identifier: Apache-2.0
#include "llama/measure.h"

#include <algorithm>
#include <random>

#include "llama/context_compute.h"
#include "llama/scheduler.h"

namespace yk::llama {
namespace {

double Seconds(Duration d) { return std::chrono::duration<double>(d).count(); }

/// Runs rows with one setting.
class Trial {
 public:
  Trial(std::shared_ptr<const Weights> weights, const Tokenizer& tokenizer, Options options, const Shape& shape,
        const Clock& clock, std::stop_token stop)
      : weights_(std::move(weights)),
        tokenizer_(tokenizer),
        options_(std::move(options)),
        shape_(shape),
        clock_(clock),
        stop_(std::move(stop)) {}

  Result<Speed> Run(Duration budget) {
    const bool streams = options_.streams.value_or(false);
    const int64_t row = shape_.row + shape_.answer + 1;
    options_.context =
        streams ? (shape_.prefix + row) * (options_.parallel + 1) : shape_.prefix + row * options_.parallel;
    YK_TRY(const auto compute, ContextCompute::Open(weights_, options_, options_.parallel + 1));
    Scheduler scheduler(*compute, tokenizer_, clock_, {options_.parallel, 1, {}});
    scheduler_ = &scheduler;
    head_ = std::make_shared<const Head>(Head{Tokens(shape_.prefix)});

    Speed speed;
    speed.parallel = options_.parallel;
    speed.batch = options_.batch;
    speed.streams = streams;
    // The prefix, and what is slow the first time.
    YK_TRY_VOID(Rows(options_.parallel, 1, 1));
    // Prompts and next to nothing else, then answers, then whole rows.
    YK_TRY(const double prompts, RowsPerSecond(options_.parallel, shape_.row, 1, budget / 4));
    speed.prompt_tokens_per_second = prompts * shape_.row;
    YK_TRY(const double answers, RowsPerSecond(options_.parallel, 1, shape_.answer, budget / 4));
    speed.answer_tokens_per_second = answers * shape_.answer;
    YK_TRY(speed.rows_per_second, RowsPerSecond(options_.parallel * 2, shape_.row, shape_.answer, budget / 2));
    return speed;
  }

 private:
  std::vector<Token> Tokens(int count) {
    std::vector<Token> out(static_cast<size_t>(count));
    for (Token& token : out) {
      do token = static_cast<Token>(random_() % static_cast<uint64_t>(tokenizer_.size()));
      while (tokenizer_.Bytes(token).empty());
    }
    return out;
  }

  /// Rounds of `count` rows until the time is over.
  Result<double> RowsPerSecond(int count, int row_tokens, int answer_tokens, Duration budget) {
    const MonoTime start = clock_.Now();
    int rows = 0;
    do {
      YK_TRY_VOID(Rows(count, row_tokens, answer_tokens));
      rows += count;
    } while (clock_.Now() - start < budget);
    return rows / Seconds(clock_.Now() - start);
  }

  Result<void> Rows(int count, int row_tokens, int answer_tokens) {
    for (int i = 0; i < count; ++i) {
      RowSpec row;
      row.id = ++last_;
      row.prompt.head = head_;
      row.prompt.tail = Tokens(row_tokens);
      row.sampling.tokens_max = answer_tokens;
      scheduler_->Add(std::move(row));
    }
    while (!scheduler_->idle()) {
      if (stop_.stop_requested()) return Fail(Code::kCancelled, "stopped before everything was measured");
      for (const RowEnd& end : scheduler_->Step()) {
        if (end.outcome.failure) return Fail(end.outcome.failure->error);
      }
    }
    return {};
  }

  const std::shared_ptr<const Weights> weights_;
  const Tokenizer& tokenizer_;
  Options options_;
  const Shape shape_;
  const Clock& clock_;
  const std::stop_token stop_;
  Scheduler* scheduler_ = nullptr;
  std::shared_ptr<const Head> head_;
  std::mt19937_64 random_{1};
  uint64_t last_ = 0;
};

/// A token passes over the cells of all rows in one cache: from about here on that may cost more than copying the
/// prefix.
bool Outweighs(const Shape& shape, int parallel) {
  return int64_t{2} * parallel * (shape.row + shape.answer) > int64_t{3} * shape.prefix;
}

}  // namespace

Result<Measured> Measure(const Options& options, const Shape& shape, Duration budget, const Clock& clock,
                         std::stop_token stop, const std::function<void(const Speed&)>& tell) {
  YK_TRY(const auto weights, Weights::Load(options));
  YK_TRY_VOID(weights->CheckWrites());
  const int64_t row = int64_t{shape.prefix} + shape.row + shape.answer;
  if (const int64_t trained = weights->info().context_trained; trained > 0 && row > trained) {
    return Fail(
        Code::kInvalid,
        "rows of {} tokens behind a beginning of {}, with answers of {}, do not fit into the {} tokens that the "
        "model was trained for; measure with smaller ones (--prefix, --row, --answer)",
        shape.row, shape.prefix, shape.answer, trained);
  }
  const Tokenizer tokenizer(weights);
  Measured measured;
  Speed with_streams;
  const bool as_given = options.streams.value_or(false);
  /// False: it does not fit into memory.
  const auto attempt = [&](int parallel, int batch, bool streams) -> Result<bool> {
    const auto same = [&](const Speed& speed) {
      return speed.parallel == parallel && speed.batch == batch && speed.streams == streams;
    };
    if (std::any_of(measured.tried.begin(), measured.tried.end(), same)) return true;
    Options one = options;
    one.parallel = parallel;
    one.batch = std::max(batch, parallel);
    one.streams = streams;
    auto speed = Trial(weights, tokenizer, one, shape, clock, stop).Run(budget);
    if (!speed && speed.error().code == Code::kExhausted && !measured.tried.empty()) return false;
    if (!speed) return Fail(std::move(speed).error());
    measured.tried.push_back(*speed);
    Speed& best = streams == as_given ? measured.best : with_streams;
    if (speed->rows_per_second > best.rows_per_second) best = *speed;
    if (tell) tell(*speed);
    return true;
  };
  const std::vector<int> parallels =
      options.parallel > 0 ? std::vector<int>{options.parallel} : std::vector<int>{1, 2, 4, 8, 16, 32, 64};
  const std::vector<int> batches =
      options.batch > 0 ? std::vector<int>{options.batch} : std::vector<int>{256, 512, 1024, 2048};
  for (const int parallel : parallels) {
    YK_TRY(const bool fits, attempt(parallel, options.batch > 0 ? options.batch : kBatchUsual, as_given));
    // Beyond the knee more rows at a time only wait for each other.
    if (!fits || measured.tried.back().rows_per_second < 0.9 * measured.best.rows_per_second) break;
  }
  for (const int batch : batches) {
    YK_TRY(const bool fits, attempt(measured.best.parallel, batch, as_given));
    if (!fits) break;
  }
  // Where a sequence cannot be shortened, the prefix is copied for every row.
  if (options.streams || weights->info().recurrent || !Outweighs(shape, measured.best.parallel)) return measured;
  for (const int parallel : parallels) {
    if (parallel < measured.best.parallel) continue;
    YK_TRY(const bool fits, attempt(parallel, measured.best.batch, true));
    if (!fits || with_streams.parallel != parallel) break;
  }
  if (with_streams.rows_per_second > measured.best.rows_per_second) measured.streams = with_streams;
  return measured;
}

}  // namespace yk::llama
