// SPDX-License-Identifier: Apache-2.0
// What structured decoding costs per schema, per state and per token.
//
//     bench_constrain [VOCABULARY]
//
// VOCABULARY: one token a line, its bytes in hexadecimal; without it, 150,000 made-up tokens are used.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "base/json.h"
#include "constrain/decoder.h"

namespace {

using namespace yk;             // NOLINT: a program of one file
using namespace yk::constrain;  // NOLINT

constexpr std::string_view kSchema =
    R"({"type":"object","required":["category","score","date","code","summary","extra"],
    "properties":{"category":{"enum":["praise","complaint","question","other"]},
                  "score":{"type":"integer","minimum":1,"maximum":10},
                  "date":{"type":["string","null"],"format":"date"},
                  "code":{"type":"string","pattern":"^[A-Z]{2,4}-[0-9]{3,6}$"},
                  "summary":{"type":"string","maxLength":200},
                  "extra":{}}})";
constexpr std::string_view kAnswer =
    R"({"category": "praise", "score": 7, "date": "2024-02-29", "code": "AB-1234", "summary": "Works well, )"
    R"(quick to arrive.", "extra": {"a": [1, "two"]}})";

/// CPU time of this process, in microseconds: other programs on the machine do not count.
double CpuNow() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return 1e6 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_nsec);
}

/// Microseconds of one call, the best of a few series.
template <typename Work>
double Cost(int calls, Work&& work) {
  double best = 1e30;
  for (int series = 0; series < 5; ++series) {
    const double start = CpuNow();
    for (int call = 0; call < calls; ++call) work();
    best = std::min(best, (CpuNow() - start) / calls);
  }
  return best;
}

std::vector<std::string> ReadVocabulary(const char* path) {
  std::vector<std::string> tokens;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::string& token = tokens.emplace_back();
    for (size_t i = 0; i + 1 < line.size(); i += 2) {
      token += static_cast<char>(std::strtoul(line.substr(i, 2).c_str(), nullptr, 16));
    }
  }
  return tokens;
}

std::vector<std::string> MakeVocabulary() {
  constexpr size_t kTokens = 150'000;
  std::vector<std::string> tokens;
  for (int byte = 0; byte < 256; ++byte) tokens.emplace_back(1, static_cast<char>(byte));
  std::mt19937 random(1);
  const auto below = [&](size_t n) { return random() % n; };
  while (tokens.size() < kTokens) {
    std::string& token = tokens.emplace_back(below(2) == 0 ? " " : "");
    for (size_t n = 2 + below(8); n > 0; --n)
      token += "etaoinshrdlucmfwypvbgkjqxz-.,\":{}0123"[below(below(4) == 0 ? 37 : 12)];
  }
  return tokens;
}

void Report(const char* what, double microseconds) { std::printf("%-52s %12.3f us\n", what, microseconds); }

}  // namespace

int main(int argc, char** argv) {
  const auto bytes = argc > 1 ? ReadVocabulary(argv[1]) : MakeVocabulary();
  std::printf("%zu tokens\n", bytes.size());
  std::shared_ptr<const Vocabulary> vocabulary;
  Report("vocabulary", Cost(1, [&] { vocabulary = Vocabulary::Make(bytes); }));
  const auto schema = ParseJson(kSchema);
  Report("grammar", Cost(1, [&] { (void)Grammar::Compile(*schema); }));
  const auto grammar = Grammar::Compile(*schema);
  const Stepper stepper((*grammar)->rules());
  const Decoder decoder(*grammar, vocabulary, [](std::string_view) { return std::vector<Token>(); });
  const auto after = [&](std::string_view text) {
    State state = stepper.Start();
    if (!stepper.Step(state, text)) std::abort();
    return state;
  };
  const auto until = [&](std::string_view what) { return kAnswer.substr(0, kAnswer.find(what) + what.size()); };
  struct Place {
    const char* name;
    std::string_view text;
  };
  const Place places[] = {{"key", until("praise\", ")},      {"enum", until("category\": \"")},
                          {"integer", until("score\": ")},   {"date", until("date\": \"2")},
                          {"pattern", until("code\": \"A")}, {"free text", until("Works well")},
                          {"any value", until("extra\": ")}, {"inside any value", until("{\"a\": [")}};
  for (const auto& [name, text] : places) {
    const State state = after(text);
    TokenMask mask;
    const double cost = Cost(3, [&] { mask = BuildMask(stepper, *vocabulary, state); });
    size_t allowed = 0;
    for (const uint64_t word : mask) allowed += static_cast<size_t>(__builtin_popcountll(word));
    Report(fmt::format("mask, {} ({} tokens allowed)", name, allowed).c_str(), cost);
    std::vector<Token> some;
    for (size_t token = 0; token < bytes.size(); token += 97) some.push_back(static_cast<Token>(token));
    size_t taken = 0;
    const double verify = Cost(10, [&] {
      for (const Token token : some) taken += decoder.Allows(state, token) ? 1 : 0;
    });
    Report("  verify one token", verify / static_cast<double>(some.size()));
  }
  std::vector<float> logits(bytes.size());
  std::mt19937 random(2);
  for (float& logit : logits) logit = std::uniform_real_distribution<float>(-10, 10)(random);
  const State text = after(until("Works well")), integer = after(until("score\": "));
  Report("pick, refused, mask known", Cost(50, [&] { (void)decoder.Pick(integer, logits); }));
  Report("pick, refused, mask of nearly all known", Cost(50, [&] {
           logits[256] = 100;
           (void)decoder.Pick(text, logits);
         }));
  logits[static_cast<size_t>(std::find(bytes.begin(), bytes.end(), "a") - bytes.begin())] = 200;
  Report("pick, allowed", Cost(50, [&] { (void)decoder.Pick(text, logits); }));
  Report("accept one byte", Cost(200, [&] { (void)after(kAnswer); }) / static_cast<double>(kAnswer.size()));
  Report("is complete", Cost(2000, [&] { (void)decoder.Complete(text); }));
  Report("forced, nothing is", Cost(2000, [&] { (void)decoder.Forced(text); }));
  return 0;
}
