// SPDX-License-Identifier: Apache-2.0
// Our side of bench/inference: rows through the embedded backend, as the engine sends them; prints what they cost.
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "llama/backend.h"
#include "llama/worker_backend.h"

namespace {

using namespace yk;

struct Phase {
  double seconds = 0, cpu_seconds = 0;
};

/// User and system time of a running process, from /proc.
double CpuSecondsOf(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string line;
  std::getline(file, line);
  std::istringstream rest(line.substr(std::min(line.size(), line.rfind(')') + 1)));
  std::string word;
  long ticks = 0, one = 0;
  for (int field = 3; field <= 13; ++field) rest >> word;  // state … cmajflt
  for (int i = 0; i < 2 && rest >> one; ++i) ticks += one;
  return static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

/// Of this process and the ones it runs.
double CpuSeconds() {
  double sum = CpuSecondsOf("self");
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream children(task.path() / "children");
    for (std::string pid; children >> pid;) sum += CpuSecondsOf(pid);
  }
  return sum;
}

/// Asks the rows [from, to) at once and waits for all answers; false: one failed.
class Asked {
 public:
  bool Ask(model::ModelBackend& backend, const Json& plan, size_t from, size_t to, Phase& phase) {
    const SystemClock clock;
    const MonoTime start = clock.Now();
    const double cpu = CpuSeconds();
    open_ = to - from;
    for (size_t i = from; i < to; ++i) {
      model::Request request;
      request.id = model::RequestId{static_cast<int64_t>(i + 1)};
      request.parts = {{model::Part::Kind::kFixed, plan["prefix"].get<std::string>(), ""},
                       {model::Part::Kind::kRow, plan["rows"][i].get<std::string>(), "text"}};
      request.schema = schema_;
      request.sampling.tokens_max = plan.value("tokens_max", 64);
      backend.Submit(std::move(request), [this, i](model::Outcome outcome) {
        const std::lock_guard lock(mutex_);
        if (outcome.answer)
          answers_[i] = outcome.answer->body;
        else {
          std::fprintf(stderr, "row %zu: %s\n", i, outcome.failure->error.ToString().c_str());
          failed_ = true;
        }
        if (--open_ == 0) all_.notify_all();
      });
    }
    std::unique_lock lock(mutex_);
    all_.wait(lock, [&] { return open_ == 0; });
    phase.seconds = std::chrono::duration<double>(clock.Now() - start).count();
    phase.cpu_seconds = CpuSeconds() - cpu;
    return !failed_;
  }

  Asked(std::shared_ptr<const Json> schema, size_t rows) : schema_(std::move(schema)), answers_(rows) {}
  const std::vector<std::string>& answers() const { return answers_; }

 private:
  std::shared_ptr<const Json> schema_;
  std::mutex mutex_;
  std::condition_variable all_;
  size_t open_ = 0;
  bool failed_ = false;
  std::vector<std::string> answers_;
};

}  // namespace

/// usage: yk_bench_inference PLAN.json: {"model", "parallel", "threads", "context", "prefix", "rows": […], "cold",
/// "schema", "tokens_max", "worker", "forced", "batch", "cache_q8", "streams"}; prints {"cold": {seconds, cpu_seconds},
/// "warm": …, "answers": […], "counters": {…}}.
int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: yk_bench_inference PLAN.json\n");
    return 2;
  }
  const auto text = ReadFile(argv[1]);
  const auto plan = text ? ParseJson(*text) : Result<Json>(Fail(text.error()));
  if (!plan) {
    std::fprintf(stderr, "%s\n", plan.error().ToString().c_str());
    return 2;
  }
  const SystemClock clock;
  llama::Options options;
  options.path = (*plan)["model"].get<std::string>();
  options.parallel = plan->value("parallel", 16);
  options.threads = plan->value("threads", 0);
  options.context = plan->value("context", 0);
  options.fast_forward = plan->value("forced", true);
  options.batch = plan->value("batch", 0);
  options.cache_q8 = plan->value("cache_q8", false);
  options.streams = plan->value("streams", false);
  auto backend =
      plan->value("worker", false) ? llama::OpenWorkerBackend(options, clock) : llama::OpenBackend(options, clock);
  if (!backend) {
    std::fprintf(stderr, "%s\n", backend.error().ToString().c_str());
    return 1;
  }
  const size_t rows = (*plan)["rows"].size();
  const size_t cold = std::min<size_t>(rows, plan->value("cold", 16));
  std::shared_ptr<const Json> schema;
  if (plan->contains("schema") && !(*plan)["schema"].is_null())
    schema = std::make_shared<const Json>((*plan)["schema"]);
  Asked asked(schema, rows);
  Phase first, rest;
  if (!asked.Ask(**backend, *plan, 0, cold, first)) return 1;
  Json counters = Json::object();
  if (rows > cold && !asked.Ask(**backend, *plan, cold, rows, rest)) return 1;
  for (const auto& counter : (*backend)->Counters()) counters[counter.name] = counter.value;
  const auto phase = [](const Phase& p) { return Json{{"seconds", p.seconds}, {"cpu_seconds", p.cpu_seconds}}; };
  std::printf(
      "%s\n",
      DumpJson({{"cold", phase(first)}, {"warm", phase(rest)}, {"answers", asked.answers()}, {"counters", counters}})
          .c_str());
  return 0;
}
