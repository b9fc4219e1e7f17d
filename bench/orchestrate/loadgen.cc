// SPDX-License-Identifier: Apache-2.0
// The ceiling of bench/orchestrate: sends the requests and does nothing with the answers.
//
//   yakan-loadgen --port P --bodies FILE [--path /v1/chat/completions] [--n N] [--in-flight C] [--engine raw|client]
//
// FILE holds one request body per line. Prints one JSON object.
#include <sys/resource.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <map>
#include <mutex>

#include "base/file.h"
#include "base/json.h"
#include "load.h"
#include "net/curl_http_client.h"

namespace yk::bench {
namespace {

/// Keeps the in-flight number constant: each answer submits the next request.
class ClientLoad {
 public:
  ClientLoad(const LoadPlan& plan, net::HttpClient& client) : plan_(plan), client_(client) {
    net::HttpTarget target;
    target.method = "POST";
    target.url = fmt::format("http://{}:{}{}", plan.host, plan.port, plan.path);
    target.headers = {{"Content-Type", "application/json"}};
    target_ = std::make_shared<const net::HttpTarget>(std::move(target));
  }

  LoadCount Run() {
    for (int64_t i = 0; i < std::min(plan_.in_flight, plan_.requests); ++i) Ask(i);
    std::unique_lock lock(mutex_);
    over_.wait(lock, [&] { return count_.ok + count_.other == plan_.requests; });
    return count_;
  }

 private:
  void Ask(int64_t number) {
    net::HttpRequest request;
    request.target = target_;
    request.body = plan_.bodies[static_cast<size_t>(number) % plan_.bodies.size()];
    request.deadline =
        std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()) + std::chrono::seconds(60);
    client_.Submit(std::move(request), [this](net::HttpOutcome outcome) { Take(std::move(outcome)); });
  }

  void Take(net::HttpOutcome outcome) {
    int64_t next = -1;
    {
      std::lock_guard lock(mutex_);
      ++(outcome.response && outcome.response->status == 200 ? count_.ok : count_.other);
      if (outcome.response) count_.bytes += static_cast<int64_t>(outcome.response->body.size());
      const int64_t sent = count_.ok + count_.other + plan_.in_flight - 1;
      if (sent < plan_.requests) next = sent;
      if (count_.ok + count_.other == plan_.requests) over_.notify_all();
    }
    if (next >= 0) Ask(next);
  }

  const LoadPlan& plan_;
  net::HttpClient& client_;
  std::shared_ptr<const net::HttpTarget> target_;
  std::mutex mutex_;
  std::condition_variable over_;
  LoadCount count_;
};

double CpuSeconds() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

long PeakRssKb() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  return use.ru_maxrss;
}

Result<int> Main(int argc, char** argv) {
  std::map<std::string, std::string> flags{{"--path", "/v1/chat/completions"},
                                           {"--n", "0"},
                                           {"--in-flight", "1000"},
                                           {"--engine", "raw"},
                                           {"--port", "0"},
                                           {"--bodies", ""},
                                           {"--shards", "16"}};
  for (int i = 1; i + 1 < argc; i += 2) {
    if (!flags.contains(argv[i])) return Fail(Code::kInvalid, "{} is not a flag of yakan-loadgen", argv[i]);
    flags[argv[i]] = argv[i + 1];
  }
  LoadPlan plan;
  plan.path = flags["--path"];
  plan.port = static_cast<uint16_t>(std::stoi(flags["--port"]));
  plan.in_flight = std::stoll(flags["--in-flight"]);
  YK_TRY(const std::string text, ReadFile(flags["--bodies"]));
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) plan.bodies.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  if (plan.bodies.empty()) return Fail(Code::kInvalid, "{} holds no request body", flags["--bodies"]);
  plan.requests = std::stoll(flags["--n"]);
  if (plan.requests <= 0) plan.requests = static_cast<int64_t>(plan.bodies.size());

  const double cpu = CpuSeconds();
  const auto start = std::chrono::steady_clock::now();
  LoadCount count;
  if (flags["--engine"] == "raw") {
    YK_TRY(count, RunRaw(plan));
  } else {
    const SystemClock clock;
    net::CurlHttpClientOptions options;
    options.shards = std::stoi(flags["--shards"]);
    YK_TRY(const auto client, net::CurlHttpClient::Create(options, clock));
    count = ClientLoad(plan, *client).Run();
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const Json report{{"engine", flags["--engine"]},
                    {"requests", plan.requests},
                    {"ok", count.ok},
                    {"other", count.other},
                    {"seconds", seconds},
                    {"per_second", static_cast<double>(plan.requests) / seconds},
                    {"cpu_us_per_request", (CpuSeconds() - cpu) * 1e6 / static_cast<double>(plan.requests)},
                    {"rss_mb", static_cast<double>(PeakRssKb()) / 1024},
                    {"body_bytes", count.bytes}};
  std::printf("%s\n", DumpJson(report).c_str());
  return count.other == 0 ? 0 : 1;
}

}  // namespace
}  // namespace yk::bench

int main(int argc, char** argv) {
  const auto code = yk::bench::Main(argc, argv);
  if (code) return *code;
  std::fprintf(stderr, "yakan-loadgen: %s\n", code.error().ToString().c_str());
  return 1;
}
