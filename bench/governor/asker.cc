// SPDX-License-Identifier: Apache-2.0
// What an Asker costs per question: a backend that answers at once, answers kept in memory. Prints rows/s, CPU per
// 1,000 questions, and the same for a second run that finds every answer stored. Exit code 1: an answer was lost.
#include <fmt/format.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <unordered_map>

#include "base/mutex.h"
#include "model/answer_key.h"
#include "model/asker.h"
#include "model/flight.h"

namespace {

using namespace yk;

class InstantModel final : public model::ModelBackend {
 public:
  model::BackendInfo Info() const override { return {"instant", "instant", "instant", 0, 1024, false, false}; }
  Result<void> Probe(MonoTime) override { return {}; }
  void Submit(model::Request, model::Done done) override {
    model::Outcome outcome;
    outcome.answer =
        model::Answer{R"({"risk": "low", "amount": 1200, "date": "2024-01-02"})", model::Finish::kStop, {}};
    outcome.usage = {500, 60, 0, 0};
    done(std::move(outcome));
  }
  void Cancel(model::RequestId) override {}
};

/// The least that can be called a store, so that the figures are the Asker's.
class MapStore final : public store::AnswerStore {
 public:
  Result<std::vector<std::optional<store::StoredAnswer>>> Get(std::span<const store::AnswerKey> keys) override {
    MutexLock lock(mutex_);
    std::vector<std::optional<store::StoredAnswer>> out(keys.size());
    for (size_t i = 0; i < keys.size(); ++i) {
      if (const auto found = answers_.find(keys[i].k_req); found != answers_.end()) out[i] = found->second;
    }
    return out;
  }
  Result<void> Put(std::span<const store::StoredAnswer> answers) override {
    MutexLock lock(mutex_);
    for (const auto& answer : answers) answers_[answer.key.k_req] = answer;
    return {};
  }
  Result<int64_t> Evict(int64_t, WallTime) override { return 0; }
  Result<store::AnswerStats> Stats() override { return store::AnswerStats{}; }

 private:
  Mutex mutex_;
  std::unordered_map<Digest, store::StoredAnswer, model::DigestHash> answers_ YK_GUARDED_BY(mutex_);
};

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

bool Run(const char* name, model::Router& router, MapStore& store, const Clock& clock, int rows) {
  const std::string instruction(600, 'i'), passage(1500, 'p');
  std::atomic<int> answered = 0;
  const double cpu = CpuSeconds();
  const auto begin = std::chrono::steady_clock::now();
  {
    model::Asker asker(router, store, clock);
    for (int row = 0; row < rows; ++row) {
      asker.WaitForRoom();
      model::Question question;
      question.request.parts = {{model::Part::Kind::kFixed, instruction, ""},
                                {model::Part::Kind::kRow, passage + std::to_string(row), "text"}};
      asker.Ask(std::move(question),
                [&](model::AskResult result) { answered += result.status == model::AskStatus::kAnswered ? 1 : 0; });
    }
    while (asker.stats().open > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  fmt::print("{:<22} {:>9.0f} questions/s   {:.3f} CPU s per 1,000   {} of {} answered\n", name, rows / seconds,
             (CpuSeconds() - cpu) * 1000 / rows, answered.load(), rows);
  return answered == rows;
}

}  // namespace

int main(int argc, char** argv) {
  const int rows = argc == 3 && std::string_view(argv[1]) == "--n" ? std::atoi(argv[2]) : 100'000;
  if (rows <= 0) {
    fmt::print(stderr, "usage: yk_bench_asker [--n QUESTIONS]\n");
    return 2;
  }
  const SystemClock clock;
  std::vector<model::Router::Endpoint> endpoints;
  endpoints.push_back({"instant", std::make_unique<InstantModel>(), {}});
  auto router = std::move(*model::Router::Open(std::move(endpoints)));
  MapStore store;
  bool good = Run("asked", *router, store, clock, rows);
  good = Run("found in the store", *router, store, clock, rows) && good;
  return good ? 0 : 1;
}
