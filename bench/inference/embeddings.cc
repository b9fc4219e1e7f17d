// SPDX-License-Identifier: Apache-2.0
// Our side of bench/inference/embeddings.py: texts to vectors, and what that cost.
#include <sys/resource.h>

#include <cstdio>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "llama/embedder.h"

namespace {

double CpuSeconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

yk::Result<int> Run(const char* plan_file) {
  YK_TRY(const std::string text, yk::ReadFile(plan_file));
  YK_TRY(const yk::Json plan, yk::ParseJson(text));
  yk::llama::EmbedderOptions options;
  options.path = plan.at("model").get<std::string>();
  options.threads = plan.value("threads", 0);
  options.batch = plan.value("batch", 2048);
  options.together = plan.value("together", options.together);
  YK_TRY(const auto embedder, yk::llama::Embedder::Open(options));
  const auto texts = plan.at("texts").get<std::vector<std::string>>();
  const yk::SystemClock clock;
  const yk::MonoTime start = clock.Now();
  const double cpu = CpuSeconds();
  const auto vectors = embedder->Embed(texts);
  yk::Json out = {{"seconds", std::chrono::duration<double>(clock.Now() - start).count()},
                  {"cpu_seconds", CpuSeconds() - cpu},
                  {"vectors", yk::Json::array()}};
  for (const auto& vector : vectors) {
    if (!vector) return yk::Fail(vector.error());
    out["vectors"].push_back(*vector);
  }
  std::printf("%s\n", yk::DumpJson(out).c_str());
  return 0;
}

}  // namespace

/// usage: yk_bench_embeddings PLAN.json: {"model", "threads", "batch", "texts": […]}; prints {"seconds", "cpu_seconds",
/// "vectors"}.
int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: yk_bench_embeddings PLAN.json\n");
    return 2;
  }
  const auto ran = Run(argv[1]);
  if (ran) return *ran;
  std::fprintf(stderr, "%s\n", ran.error().ToString().c_str());
  return 1;
}
