// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "base/file.h"
#include "base/json.h"
#include "testing/fake_model/fake_model.h"

namespace yk::testing {
namespace {

constexpr std::string_view kHelp =
    R"(yakan-fakemodel: an OpenAI-compatible model server that behaves as badly as it is told to

  --listen ADDRESS        default 127.0.0.1        --port N          default 0: any free one
  --port-file FILE        the port is written there once the server listens
  --script FILE           JSON with the members below (underscores for dashes); flags win over it
  --model NAME            --strict-model           --key KEY         --seed N
  --latency-ms MS         --latency-sigma S        fixed, or log-normal with this median and sigma
  --rate R --burst B      token bucket, requests a second; beyond it 429
  --retry-after FORM      none, seconds or date    --rate-headers    x-ratelimit-* on every answer
  --capacity N            requests served at once; more wait without a word
  --dip-from-s S --dip-to-s S --dip-factor F       rate and capacity times F in that window
  --context-tokens N      --embedding-size N
  --answer TEXT           the same answer to every row
  --fault KIND[,status=N][,probability=P][,every=N][,marker=TEXT][,attempts=N][,from_s=S][,to_s=S]
                          may be given many times; KIND: error rate_limit stall reset close cut garbage
                          truncated_json length wrong_schema empty rubbish content_filter
  --log FILE              JSON lines, one when a request is taken, one when it is over
  --row-key TEXT          what follows TEXT in a row is logged as its key
)";

struct Command {
  Json script = Json::object();
  net::HttpServerOptions server;
  std::string port_file;
  bool help = false;
};

/// "12" and "0.5" become numbers, all else text.
Json Value(std::string_view text) {
  int64_t integer = 0;
  const char* end = text.data() + text.size();
  if (auto [at, error] = std::from_chars(text.data(), end, integer); error == std::errc() && at == end) return integer;
  double real = 0;
  if (auto [at, error] = std::from_chars(text.data(), end, real); error == std::errc() && at == end) return real;
  return std::string(text);
}

Json Fault(std::string_view spec) {
  Json fault = Json::object();
  const size_t comma = spec.find(',');
  fault["kind"] = std::string(spec.substr(0, comma));
  while (!spec.empty()) {
    const size_t next = spec.find(',');
    const std::string_view part = spec.substr(0, next);
    spec = next == std::string_view::npos ? std::string_view() : spec.substr(next + 1);
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string name(part.substr(0, equals));
    const std::string_view value = part.substr(equals + 1);
    fault[name] = name == "marker" ? Json(std::string(value)) : Value(value);
  }
  return fault;
}

Result<Command> Read(int argc, char** argv) {
  Command command;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    if (flag == "--help" || flag == "-h") {
      command.help = true;
      return command;
    }
    if (!flag.starts_with("--")) return Fail(Code::kInvalid, "{} is not a flag; see --help", flag);
    std::string name = flag.substr(2);
    std::replace(name.begin(), name.end(), '-', '_');
    if (name == "strict_model" || name == "rate_headers") {
      command.script[name] = true;
      continue;
    }
    if (++i >= argc) return Fail(Code::kInvalid, "{} needs a value; see --help", flag);
    const std::string value = argv[i];
    if (name == "listen") {
      command.server.address = value;
    } else if (name == "port") {
      const Json port = Value(value);
      if (!port.is_number_integer() || port < 0 || port > 65535)
        return Fail(Code::kInvalid, "--port is from 0 to 65535");
      command.server.port = port.get<uint16_t>();
    } else if (name == "port_file") {
      command.port_file = value;
    } else if (name == "script") {
      YK_TRY(const std::string text, ReadFile(value));
      YK_TRY(const Json script, ParseJson(text));
      Json flags = std::move(command.script);
      command.script = script;
      command.script.update(flags);
    } else if (name == "fault") {
      command.script["faults"].push_back(Fault(value));
    } else if (name == "answer") {
      command.script["answers"].push_back(Json{{"content", value}});
    } else {
      const bool text = name == "model" || name == "key" || name == "log" || name == "row_key" || name == "retry_after";
      command.script[name] = text ? Json(value) : Value(value);
    }
  }
  return command;
}

Result<int> Serve(int argc, char** argv) {
  YK_TRY(Command command, Read(argc, argv));
  if (command.help) {
    std::fputs(kHelp.data(), stdout);
    return 0;
  }
  YK_TRY(FakeModelScript script, FakeModelScript::FromJson(command.script));
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  YK_TRY(const auto model, FakeModel::Start(std::move(script), command.server));
  if (!command.port_file.empty()) {
    YK_TRY_VOID(WriteFileAtomic(command.port_file, std::to_string(model->port()) + "\n"));
  }
  std::printf("listening on %s\n", model->url().c_str());
  std::fflush(stdout);
  int signal = 0;
  ::sigwait(&signals, &signal);
  return 0;
}

}  // namespace

int FakeModelMain(int argc, char** argv) {
  const Result<int> code = Serve(argc, argv);
  if (code) return *code;
  std::fprintf(stderr, "yakan-fakemodel: %s\n", code.error().ToString().c_str());
  return code.error().code == Code::kInvalid ? 2 : 1;
}

}  // namespace yk::testing
