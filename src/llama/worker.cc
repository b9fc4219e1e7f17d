// SPDX-License-Identifier: Apache-2.0
#include "llama/worker.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <list>

#include "base/mutex.h"
#include "llama/backend.h"
#include "llama/worker_wire.h"
#include "reader/frame.h"

namespace yk::llama {
namespace {

constexpr int kSocket = 0;
constexpr size_t kSchemasKept = 16;

/// Answers come from the model's threads and replies from this one: one frame at a time.
class Line {
 public:
  void Send(const Json& message) YK_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    // Nobody is left to tell when this fails, and the next read ends the program.
    static_cast<void>(reader::SendFrame(kSocket, {DumpJson(message), ""}, -1, std::nullopt));
  }

 private:
  Mutex mutex_;
};

/// Equal schemas become one object, so that the backend compiles them once.
class Schemas {
 public:
  std::shared_ptr<const Json> Of(const std::string& text) {
    if (text.empty()) return nullptr;
    for (auto one = kept_.begin(); one != kept_.end(); ++one) {
      if (one->first != text) continue;
      kept_.splice(kept_.begin(), kept_, one);
      return kept_.front().second;
    }
    auto parsed = ParseJson(text);
    if (!parsed) return nullptr;
    kept_.emplace_front(text, std::make_shared<const Json>(std::move(parsed).value()));
    if (kept_.size() > kSchemasKept) kept_.pop_back();
    return kept_.front().second;
  }

 private:
  std::list<std::pair<std::string, std::shared_ptr<const Json>>> kept_;
};

Result<Json> Receive() {
  YK_TRY(const auto received, reader::ReceiveFrame(kSocket, {}, std::nullopt));
  return ParseJson(received.frame.json);
}

void AbortWhenTold(const model::Request& request) {
  const char* word = std::getenv("YAKAN_MODEL_ABORT_ON");
  if (word == nullptr) return;
  for (const auto& part : request.parts) {
    if (part.kind == model::Part::Kind::kRow && part.text.find(word) != std::string::npos) std::abort();
  }
}

int Serve(const Clock& clock) {
  const auto first = Receive();
  if (!first || !first->contains("open")) return 2;
  Line line;
  auto backend = OpenBackend(OptionsFromJson((*first)["open"]), clock);
  if (!backend) {
    line.Send({{"error", ErrorToJson(backend.error())}});
    return 1;
  }
  line.Send({{"opened", InfoToJson((*backend)->Info())}});
  Schemas schemas;
  while (const auto message = Receive()) {
    if (const auto cancel = message->find("cancel"); cancel != message->end()) {
      (*backend)->Cancel(model::RequestId{cancel->get<int64_t>()});
    } else if (const auto ask = message->find("ask"); ask != message->end()) {
      const auto id = ask->get<int64_t>();
      model::Request request = RequestFromJson(message->at("request"), clock.Now());
      request.id = model::RequestId{id};
      request.schema = schemas.Of(message->value("schema", ""));
      AbortWhenTold(request);
      (*backend)->Submit(std::move(request), [&line, &backend = **backend, id](model::Outcome outcome) {
        line.Send(
            {{"done", id}, {"outcome", OutcomeToJson(outcome)}, {"counters", CountersToJson(backend.Counters())}});
      });
    }
  }
  return 0;
}

}  // namespace

int ServeModel(int, char**) {
  // Started by hand it would wait for frames for ever.
  if (::isatty(kSocket) != 0) {
    std::fprintf(stderr, "yakan-model is started by yakan to run a model file; use `yakan run` or `yakan model`.\n");
    return 2;
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::signal(SIGPIPE, SIG_IGN);
  try {
    const SystemClock clock;
    return Serve(clock);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "yakan-model: %s\n", error.what());
    return 1;
  }
}

}  // namespace yk::llama
