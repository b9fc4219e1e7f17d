// SPDX-License-Identifier: Apache-2.0
// Rows through the durable queue: enqueue, then 4 workers lease, look up and journal a raw answer per row, commit a
// result per row. SQLite with synchronous=FULL: whatever a call returned for is on the disk. Beside it, in the same
// run, the bare limit: one 4 KB write and fdatasync after another. `run.py` sets Celery beside it.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "sqlite/sqlite_store.h"

namespace {

using namespace yk;         // NOLINT: a program of one file
using namespace yk::store;  // NOLINT

struct Options {
  int64_t n = 100000;
  int rounds = 5;
  int workers = 4;
  int rows_per_lease = 16;
  int leases_per_call = 8;
  bool json = false;
  std::filesystem::path folder = std::filesystem::temp_directory_path();
};

struct Measure {
  double enqueue_per_s = 0, rows_per_s = 0, cpu_s_per_1000 = 0, written_per_row = 0, fsyncs_per_1000 = 0;
};

constexpr size_t kInputBytes = 500, kOutputBytes = 300;

[[noreturn]] void Die(const std::string& message) {
  std::fprintf(stderr, "bench_queue: %s\n", message.c_str());
  std::exit(1);
}
template <typename T>
T Must(Result<T> result) {
  if (!result) Die(result.error().ToString());
  return std::move(result).value();
}
void Must(Result<void> result) {
  if (!result) Die(result.error().ToString());
}

double CpuSeconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Bytes this process passed to write calls so far.
double BytesWritten() {
  std::ifstream io("/proc/self/io");
  std::string name;
  double value = 0;
  while (io >> name >> value) {
    if (name == "wchar:") return value;
  }
  return 0;
}

double Since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string Payload(int64_t row, size_t size, char fill) {
  std::string text = std::to_string(row) + " ";
  text.resize(size, fill);
  return text;
}

/// One worker: leases of a few chunks at a time, until nothing is ready.
void Work(sqlite::SqliteStore& store, JobId job, const Options& options) {
  const WorkerId worker{RandomId()};
  while (true) {
    const auto leases = Must(store.Claim({job, 0, worker, options.leases_per_call, std::chrono::minutes(2)}));
    if (leases.empty()) return;
    std::vector<AnswerKey> keys;
    std::vector<StoredAnswer> answers;
    std::vector<ChunkCommit> commits;
    for (const LeasedChunk& lease : leases) {
      ChunkCommit commit{lease.key, lease.lease, {}, true, "{}", std::chrono::minutes(2)};
      for (const InputRow& row : lease.rows) {
        StoredAnswer answer;
        answer.key.k_ask = Sha256(row.payload);
        answer.key.k_req = Sha256(std::string_view(reinterpret_cast<const char*>(answer.key.k_ask.data()), 32));
        answer.body = Payload(row.row_id, kOutputBytes, 'a');
        answer.finish = "stop";
        keys.push_back(answer.key);
        commit.results.push_back({row.row_id, RowStatus::kOk, answer.body, ""});
        answers.push_back(std::move(answer));
      }
      commits.push_back(std::move(commit));
    }
    for (const auto& found : Must(store.Get(keys))) {
      if (found) Die("an answer was there before it was asked for");
    }
    Must(store.Put(answers));
    for (const CommitOutcome outcome : Must(store.Commit(commits))) {
      if (outcome != CommitOutcome::kCommitted) Die("a lease was lost");
    }
  }
}

void Check(sqlite::SqliteStore& store, JobId job, int64_t n) {
  if (!Must(store.Finish(job))) Die("the job did not end");
  if (Must(store.Count(job))[0].ok != n) Die("rows are missing from the ledger");
  for (int64_t row = 0; row < n;) {
    const auto results = Must(store.Read(job, 0, row, 10000));
    if (results.empty()) Die("rows are missing from the results");
    for (const RowResult& result : results) {
      if (result.row_id != row || result.output != Payload(row, kOutputBytes, 'a')) Die("a result is wrong");
      ++row;
    }
  }
  if (Must(store.Stats()).answers != n) Die("answers are missing");
  Must(store.Verify());
}

Measure Round(const Options& options) {
  const auto folder = options.folder / ("yakan-bench-queue-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  Measure measure;
  {
    const SystemClock clock;
    const auto store = Must(sqlite::SqliteStore::Open(folder / "yakan.db", clock));
    NewJob spec;
    spec.name = spec.idem_key = "bench";
    const JobId job = Must(store->Create(spec)).id;
    auto start = std::chrono::steady_clock::now();
    for (int64_t from = 0; from < options.n; from += 2000) {
      Rows rows{job, 0, {}, options.rows_per_lease, from + 2000 >= options.n};
      for (int64_t row = from; row < std::min(options.n, from + 2000); ++row)
        rows.rows.push_back({row, Payload(row, kInputBytes, 'i')});
      Must(store->Enqueue(rows));
    }
    measure.enqueue_per_s = static_cast<double>(options.n) / Since(start);
    const double cpu = CpuSeconds(), bytes = BytesWritten();
    const sqlite::WriterCounters before = store->counters();
    start = std::chrono::steady_clock::now();
    {
      std::vector<std::jthread> workers;
      for (int i = 0; i < options.workers; ++i) workers.emplace_back([&] { Work(*store, job, options); });
    }
    const auto n = static_cast<double>(options.n);
    measure.rows_per_s = n / Since(start);
    measure.cpu_s_per_1000 = (CpuSeconds() - cpu) / n * 1000;
    measure.written_per_row = (BytesWritten() - bytes) / n;
    const sqlite::WriterCounters after = store->counters();
    // A checkpoint syncs the log and the database.
    measure.fsyncs_per_1000 =
        static_cast<double>(after.commits - before.commits + 2 * (after.checkpoints - before.checkpoints)) / n * 1000;
    Check(*store, job, options.n);
  }
  std::filesystem::remove_all(folder);
  return measure;
}

/// The bare limit: durable 4 KB writes per second, one after another.
double SyncsPerSecond(const std::filesystem::path& folder) {
  const auto path = folder / ("yakan-bench-sync-" + std::to_string(::getpid()));
  int syncs = 0;
  double seconds = 0;
  {
    const Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    const std::string page(4096, 'x');
    const auto start = std::chrono::steady_clock::now();
    for (; (seconds = Since(start)) < 1.0; ++syncs) {
      // Over 16 MB again and again, as the log does.
      const off_t at = static_cast<off_t>(syncs % 4096) * 4096;
      if (::pwrite(file.get(), page.data(), page.size(), at) < 0 || ::fdatasync(file.get()) != 0)
        Die("cannot write " + path.string());
    }
  }
  std::filesystem::remove(path);
  return syncs / seconds;
}

struct Spread {
  double min, median, max;
};
template <typename Field>
Spread SpreadOf(const std::vector<Measure>& measures, Field field) {
  std::vector<double> values;
  for (const Measure& m : measures) values.push_back(m.*field);
  std::sort(values.begin(), values.end());
  return {values.front(), values[values.size() / 2], values.back()};
}

Options Parse(int argc, char** argv) {
  Options o;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--json") {
      o.json = true;
      continue;
    }
    if (i + 1 >= argc)
      Die("usage: bench_queue [--n N] [--rounds N] [--workers N] [--rows-per-lease N] [--leases-per-call N] [--folder "
          "DIR] [--json]");
    const char* value = argv[++i];
    if (name == "--folder")
      o.folder = value;
    else if (name == "--n")
      o.n = std::atoll(value);
    else if (name == "--rounds")
      o.rounds = std::atoi(value);
    else if (name == "--workers")
      o.workers = std::atoi(value);
    else if (name == "--rows-per-lease")
      o.rows_per_lease = std::atoi(value);
    else if (name == "--leases-per-call")
      o.leases_per_call = std::atoi(value);
    else
      Die("unknown option " + name);
  }
  if (o.n < 1 || o.rounds < 1 || o.workers < 1 || o.rows_per_lease < 1 || o.leases_per_call < 1)
    Die("numbers must be positive");
  return o;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = Parse(argc, argv);
  std::vector<Measure> measures;
  std::vector<double> syncs;
  for (int i = 0; i < options.rounds; ++i) {
    syncs.push_back(SyncsPerSecond(options.folder));
    measures.push_back(Round(options));
  }
  std::sort(syncs.begin(), syncs.end());
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  Json out;
  out["n"] = options.n;
  out["workers"] = options.workers;
  out["rows_per_lease"] = options.rows_per_lease;
  out["leases_per_call"] = options.leases_per_call;
  const auto put = [&](const char* name, double Measure::*field) {
    const Spread s = SpreadOf(measures, field);
    out[name] = Json{{"min", s.min}, {"median", s.median}, {"max", s.max}};
  };
  put("rows_per_s", &Measure::rows_per_s);
  put("enqueued_per_s", &Measure::enqueue_per_s);
  put("cpu_s_per_1000_rows", &Measure::cpu_s_per_1000);
  put("bytes_written_per_row", &Measure::written_per_row);
  put("fsyncs_per_1000_rows", &Measure::fsyncs_per_1000);
  out["bare_fdatasync_per_s"] = syncs[syncs.size() / 2];
  out["peak_rss_mb"] = static_cast<double>(usage.ru_maxrss) / 1024;
  std::printf("%s\n", (options.json ? DumpJson(out) : DumpJsonPretty(out)).c_str());
  return 0;
}
