// SPDX-License-Identifier: Apache-2.0
#include "testing/fake_model/fake_model.h"

#include <fcntl.h>
#include <unistd.h>

#include <cmath>
#include <deque>
#include <unordered_map>
#include <unordered_set>

#include "base/file.h"
#include "base/json.h"
#include "base/mutex.h"
#include "net/retry_after.h"
#include "testing/fake_model/chat.h"
#include "testing/fake_model/rate_gate.h"
#include "testing/fake_model/raw_json.h"

namespace yk::testing {
namespace {

using net::HttpExchange;
using net::HttpReply;

constexpr size_t kStalledMax = 20'000;
constexpr size_t kAttemptsMax = 1'000'000;

MonoTime Now() { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }
WallTime WallNow() { return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

/// One chat request on its way through the fake service.
struct Ask {
  std::shared_ptr<HttpExchange> exchange;
  ChatRequest request;  ///< views into the exchange's body
  std::shared_ptr<const AnswerMaker> maker;
  std::optional<FaultKind> fault;
  int fault_status = 500;
  int64_t number = 0;
  uint64_t row_hash = 0;
  MonoTime taken{};
};
using AskPtr = std::shared_ptr<Ask>;

}  // namespace

/// All but the counters belongs to the server's io thread.
class FakeModel::Impl {
 public:
  explicit Impl(FakeModelScript script) : script_(std::move(script)), gate_(script_) {}
  ~Impl() {
    if (server_) server_->Stop(Duration::zero());
  }

  Result<void> Start(net::HttpServerOptions options) {
    YK_TRY_VOID(OpenLog());
    MutexLock lock(mutex_);  // the io thread may be asked before server_ is set; Route waits for this lock
    YK_TRY(server_, net::HttpServer::Start(std::move(options), [this](auto exchange) { Route(std::move(exchange)); }));
    return {};
  }

  net::HttpServer& server() { return *server_; }

  void Change(FakeModelScript script) {
    server_->RunAfter(Duration::zero(), [this, script = std::move(script)] {
      script_ = script;
      gate_ = RateGate(script_);
    });
  }

  FakeModelStats stats() const {
    MutexLock lock(mutex_);
    return stats_;
  }
  std::vector<std::string> rows() const {
    MutexLock lock(mutex_);
    std::vector<std::string> out;
    for (const std::string& raw : rows_) out.push_back(Unescape(raw).value_or(raw));
    return out;
  }

 private:
  Result<void> OpenLog() {
    if (script_.log_path.empty()) return {};
    log_ = Fd(::open(script_.log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!log_.valid()) return Fail(ErrnoError("cannot write", script_.log_path, errno));
    return {};
  }

  void Route(std::shared_ptr<HttpExchange> exchange) {
    { MutexLock lock(mutex_); }
    const std::string_view path = exchange->path();
    const bool post = exchange->method() == "POST";
    if (post && path == "/v1/chat/completions") return Chat(std::move(exchange));
    if (path == "/stats") return exchange->Send({.status = 200, .body = StatsBody()});
    if (path == "/health") return exchange->Send({.status = 200, .body = R"({"status":"ok"})"});
    if (!KeyAccepted(*exchange)) return SendBadKey(*exchange);
    if (path == "/v1/models") return exchange->Send({.status = 200, .body = ModelsBody()});
    if (post && path == "/v1/embeddings") return Embeddings(std::move(exchange));
    SendError(*exchange, 404, "there is nothing at this path", "not_found");
  }

  void Chat(std::shared_ptr<HttpExchange> exchange) {
    const MonoTime now = Now();
    if (first_ == MonoTime{}) first_ = now;
    if (!KeyAccepted(*exchange)) return SendBadKey(*exchange);
    auto request = ReadChatRequest(exchange->body());
    if (!request) return SendError(*exchange, 400, "the body is not a chat completion request", "invalid_request");
    auto ask = std::make_shared<Ask>();
    ask->request = *request;
    ask->exchange = std::move(exchange);
    ask->taken = now;
    ask->row_hash = StableHash(request->row);
    Count(*ask);
    if (script_.strict_model && request->model != script_.model) {
      return Refuse(*ask, 404, "the model does not exist", "model_not_found");
    }
    const double elapsed = Seconds(now - first_);
    if (!gate_.Take(elapsed)) return RateLimited(*ask, elapsed);
    if (script_.context_tokens > 0 && request->tokens_in() > script_.context_tokens) {
      return Refuse(*ask, 400, "this model's maximum context length is exceeded; shorten the messages",
                    "context_length_exceeded");
    }
    auto maker = makers_.Find(request->response_format);
    if (!maker) return Refuse(*ask, 400, maker.error().ToString(), "invalid_response_format");
    ask->maker = *maker;
    ChooseFault(*ask, elapsed);
    if (ask->fault == FaultKind::kRateLimit) return RateLimited(*ask, elapsed);
    if (ask->fault == FaultKind::kStall) return Stall(std::move(ask));
    if (script_.capacity > 0 && in_service_ >= Capacity(elapsed)) {
      waiting_.push_back(std::move(ask));
      MutexLock lock(mutex_);
      stats_.queued_max = std::max(stats_.queued_max, static_cast<int64_t>(waiting_.size()));
      return;
    }
    Serve(std::move(ask));
  }

  int64_t Capacity(double elapsed) const {
    return std::max<int64_t>(1, std::llround(static_cast<double>(script_.capacity) * gate_.FactorAt(elapsed)));
  }

  void Count(Ask& ask) {
    MutexLock lock(mutex_);
    ask.number = ++stats_.requests;
    ++stats_.in_flight;
    stats_.in_flight_max = std::max(stats_.in_flight_max, stats_.in_flight);
    stats_.tokens_in += ask.request.tokens_in();
    rows_.emplace_back(ask.request.row);
    if (rows_.size() > rows_kept) rows_.pop_front();
    if (log_.valid()) LogTaken(ask);
  }

  void Serve(AskPtr ask) {
    ++in_service_;
    const Duration latency = Latency(ask->number);
    server_->RunAfter(latency, [this, ask = std::move(ask)] {
      --in_service_;
      Answer(ask);
      const double elapsed = Seconds(Now() - first_);
      while (!waiting_.empty() && in_service_ < Capacity(elapsed)) {
        AskPtr next = std::move(waiting_.front());
        waiting_.pop_front();
        Serve(std::move(next));
      }
    });
  }

  Duration Latency(int64_t number) const {
    double ms = script_.latency_ms;
    if (script_.latency_sigma > 0) {
      Dice dice(script_.seed ^ static_cast<uint64_t>(number) * 0x9E3779B97F4A7C15u);
      const double u = std::max(dice.Unit(), 1e-12), v = dice.Unit();
      ms *= std::exp(script_.latency_sigma * std::sqrt(-2 * std::log(u)) * std::cos(2 * M_PI * v));
    }
    return std::chrono::nanoseconds(static_cast<int64_t>(ms * 1e6));
  }

  void ChooseFault(Ask& ask, double elapsed) {
    for (size_t i = 0; i < script_.faults.size(); ++i) {
      const FaultRule& rule = script_.faults[i];
      if (rule.every > 0 && ask.number % rule.every != 0) continue;
      if (!rule.marker.empty() && ask.request.row.find(rule.marker) == std::string_view::npos) continue;
      if (elapsed < rule.from_s || (rule.to_s > 0 && elapsed >= rule.to_s)) continue;
      if (rule.probability) {
        Dice dice(script_.seed + static_cast<uint64_t>(ask.number) * 1000 + i);
        if (dice.Unit() >= *rule.probability) continue;
      }
      if (rule.attempts > 0) {
        if (attempts_.size() > kAttemptsMax) attempts_.clear();
        if (++attempts_[ask.row_hash * 31 + i] > rule.attempts) continue;
      }
      ask.fault = rule.kind;
      ask.fault_status = rule.status;
      MutexLock lock(mutex_);
      ++stats_.faults[std::string(FaultName(rule.kind))];
      return;
    }
  }

  void RateLimited(Ask& ask, double elapsed) {
    HttpReply reply{.status = 429, .headers = RateHeaders(elapsed)};
    reply.body = ErrorBody("Rate limit reached; please slow down", "requests", "rate_limit_exceeded");
    const double wait = std::max(1.0, std::ceil(script_.rate > 0 ? gate_.SecondsUntil(1, elapsed) : 1.0));
    if (script_.retry_after == FakeModelScript::RetryAfter::kSeconds) {
      reply.headers.push_back({"Retry-After", fmt::format("{:.0f}", wait)});
    } else if (script_.retry_after == FakeModelScript::RetryAfter::kDate) {
      const auto at = WallNow() + std::chrono::milliseconds(static_cast<int64_t>(wait * 1000) + 999);
      reply.headers.push_back({"Retry-After", net::FormatHttpDate(at)});
    }
    {
      MutexLock lock(mutex_);
      ++stats_.rate_limited;
    }
    Over(ask, 429);
    ask.exchange->Send(std::move(reply));
  }

  std::vector<net::HttpHeader> RateHeaders(double elapsed) const {
    if (!script_.rate_headers || script_.rate <= 0) return {};
    return {{"x-ratelimit-limit-requests", fmt::format("{:.0f}", script_.rate * 60)},
            {"x-ratelimit-remaining-requests", fmt::format("{:.0f}", std::floor(std::max(0.0, gate_.tokens())))},
            {"x-ratelimit-reset-requests", fmt::format("{:.3f}s", gate_.SecondsUntil(script_.burst, elapsed))}};
  }

  void Stall(AskPtr ask) {
    // Its peer gives up at last; only so many are remembered.
    stalled_.push_back(std::move(ask));
    if (stalled_.size() <= kStalledMax) return;
    stalled_.front()->exchange->Drop(false);
    Over(*stalled_.front(), 0);
    stalled_.pop_front();
  }

  void Answer(const AskPtr& ask) {
    HttpExchange& exchange = *ask->exchange;
    if (ask->fault == FaultKind::kError)
      return Refuse(*ask, ask->fault_status, "The server had an error while processing your request", "server_error");
    if (ask->fault == FaultKind::kReset || ask->fault == FaultKind::kClose) {
      Over(*ask, 0);
      return exchange.Drop(ask->fault == FaultKind::kReset);
    }
    HttpReply reply{.status = 200, .headers = RateHeaders(Seconds(Now() - first_))};
    if (ask->fault == FaultKind::kGarbage) {
      reply.content_type = "text/html";
      reply.body = "<html><body>Bad gateway, please come back later</body></html>";
      Over(*ask, 200);
      return exchange.Send(std::move(reply));
    }
    const ChatAnswer answer = MakeAnswer(script_, ask->request, ask->maker.get(), ask->fault);
    const ReplyFrame frame{script_.model, ask->row_hash, ToUnixMs(WallNow()) / 1000};
    {
      MutexLock lock(mutex_);
      stats_.tokens_out += answer.tokens_out();
      if (ask->fault != FaultKind::kCut) ++stats_.answered;
    }
    Over(*ask, 200);
    if (ask->request.stream) return Stream(ask, ChatEvents(frame, ask->request, answer), std::move(reply));
    reply.body = ChatBody(frame, ask->request, answer);
    if (ask->fault == FaultKind::kCut) reply.cut_after = reply.body.size() / 2;
    exchange.Send(std::move(reply));
  }

  static void Stream(const AskPtr& ask, std::vector<std::string> events, HttpReply reply) {
    reply.content_type = "text/event-stream";
    auto rest = std::make_shared<std::deque<std::string>>(std::make_move_iterator(events.begin()),
                                                          std::make_move_iterator(events.end()));
    if (ask->fault == FaultKind::kCut) rest->resize(rest->size() / 2);
    ask->exchange->StartStream(std::move(reply), [ask, rest](bool ok) { NextEvent(ask, rest, ok); });
  }
  static void NextEvent(const AskPtr& ask, const std::shared_ptr<std::deque<std::string>>& rest, bool ok) {
    if (!ok) return;
    if (rest->empty()) {
      if (ask->fault == FaultKind::kCut) return ask->exchange->Drop(false);
      return ask->exchange->EndStream();
    }
    std::string event = std::move(rest->front());
    rest->pop_front();
    ask->exchange->WriteChunk(std::move(event), [ask, rest](bool written) { NextEvent(ask, rest, written); });
  }

  void Embeddings(std::shared_ptr<HttpExchange> exchange) {
    auto body = EmbeddingBody(exchange->body(), script_);
    if (!body) return SendError(*exchange, 400, body.error().ToString(), "invalid_request");
    server_->RunAfter(Latency(0),
                      [exchange, body = std::move(*body)] { exchange->Send({.status = 200, .body = body}); });
  }

  bool KeyAccepted(const HttpExchange& exchange) const {
    return script_.key.empty() || exchange.Header("Authorization") == "Bearer " + script_.key;
  }
  static void SendBadKey(HttpExchange& exchange) {
    exchange.Send(
        {.status = 401, .body = ErrorBody("Incorrect API key provided", "invalid_request_error", "invalid_api_key")});
  }
  static void SendError(HttpExchange& exchange, int status, std::string_view message, std::string_view code) {
    exchange.Send(
        {.status = status, .body = ErrorBody(message, status < 500 ? "invalid_request_error" : "server_error", code)});
  }
  void Refuse(Ask& ask, int status, std::string_view message, std::string_view code) {
    Over(ask, status);
    SendError(*ask.exchange, status, message, code);
  }

  /// The request left the service with this status; 0: without an answer.
  void Over(const Ask& ask, int status) {
    MutexLock lock(mutex_);
    --stats_.in_flight;
    if (!log_.valid()) return;
    line_.clear();
    fmt::format_to(std::back_inserter(line_),
                   R"({{"event":"over","n":{},"row":"{:016x}","status":{},"fault":"{}","ms":{:.1f}}})", ask.number,
                   ask.row_hash, status, ask.fault ? FaultName(*ask.fault) : "", Seconds(Now() - ask.taken) * 1000);
    WriteLine();
  }

  void LogTaken(const Ask& ask) YK_REQUIRES(mutex_) {
    const std::string_view row = ask.request.row;
    std::string_view key;
    const size_t at = script_.row_key.empty() ? std::string_view::npos : row.find(script_.row_key);
    if (at != std::string_view::npos) {
      key = row.substr(at + script_.row_key.size());
      key = key.substr(0, key.find_first_of(" \\\"\t,;"));
    }
    line_.clear();
    fmt::format_to(std::back_inserter(line_),
                   R"({{"event":"taken","n":{},"t_ms":{:.1f},"request":"{:016x}","row":"{:016x}","key":")", ask.number,
                   Seconds(ask.taken - first_) * 1000, StableHash(ask.exchange->body()), ask.row_hash);
    line_.append(key).append("\"}");
    WriteLine();
  }

  /// Straight to the file: a killed reader of the log must find every request it was told about.
  void WriteLine() YK_REQUIRES(mutex_) {
    line_.push_back('\n');
    if (::write(log_.get(), line_.data(), line_.size()) < 0) log_.Close();
  }

  std::string StatsBody() const {
    const FakeModelStats s = stats();
    Json faults = Json::object();
    for (const auto& [name, count] : s.faults) faults[name] = count;
    return DumpJson(Json{{"requests", s.requests},
                         {"answered", s.answered},
                         {"in_flight", s.in_flight},
                         {"in_flight_max", s.in_flight_max},
                         {"queued_max", s.queued_max},
                         {"rate_limited", s.rate_limited},
                         {"tokens_in", s.tokens_in},
                         {"tokens_out", s.tokens_out},
                         {"faults", faults}});
  }
  std::string ModelsBody() const {
    return DumpJson(
        Json{{"object", "list"},
             {"data", {{{"id", script_.model}, {"object", "model"}, {"created", 0}, {"owned_by", "fake"}}}}});
  }

  static double Seconds(Duration d) { return std::chrono::duration<double>(d).count(); }

  FakeModelScript script_;
  RateGate gate_;
  AnswerMakers makers_;
  MonoTime first_{};
  int64_t in_service_ = 0;
  std::deque<AskPtr> waiting_, stalled_;
  std::unordered_map<uint64_t, int64_t> attempts_;
  Fd log_;
  std::string line_;

  mutable Mutex mutex_;
  FakeModelStats stats_ YK_GUARDED_BY(mutex_);
  std::deque<std::string> rows_ YK_GUARDED_BY(mutex_);

  std::unique_ptr<net::HttpServer> server_;  ///< last: its thread uses all of the above
};

FakeModel::FakeModel(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FakeModel::~FakeModel() = default;

Result<std::unique_ptr<FakeModel>> FakeModel::Start(FakeModelScript script, net::HttpServerOptions options) {
  auto impl = std::make_unique<Impl>(std::move(script));
  YK_TRY_VOID(impl->Start(std::move(options)));
  return std::unique_ptr<FakeModel>(new FakeModel(std::move(impl)));
}

std::string FakeModel::url() const { return impl_->server().url() + "/v1"; }
uint16_t FakeModel::port() const { return impl_->server().port(); }
FakeModelStats FakeModel::stats() const { return impl_->stats(); }
std::vector<std::string> FakeModel::rows() const { return impl_->rows(); }
void FakeModel::Change(FakeModelScript script) { impl_->Change(std::move(script)); }

}  // namespace yk::testing
