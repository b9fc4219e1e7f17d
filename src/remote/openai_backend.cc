// SPDX-License-Identifier: Apache-2.0
#include "remote/openai_backend.h"

#include <algorithm>
#include <unordered_map>

#include "base/json.h"
#include "base/log.h"
#include "net/url.h"

namespace yk::remote {
namespace {

/// Things a server can refuse one after the other: three schema modes and the sampling fields.
constexpr int kConcessionsMax = 8;

Result<std::string> CleanUrl(std::string url) {
  const bool http = url.starts_with("http://"), https = url.starts_with("https://");
  if (!http && !https) {
    return Fail(Code::kInvalid, "'{}' is not the address of a model server; write http://… or https://…",
                net::WithoutUserInfo(url));
  }
  while (url.ends_with('/')) url.pop_back();
  constexpr std::string_view kCall = "/chat/completions";
  if (url.ends_with(kCall)) url.resize(url.size() - kCall.size());
  const size_t host = http ? 7 : 8;
  if (url.size() <= host)
    return Fail(Code::kInvalid, "the address '{}' of the model server names no host", net::WithoutUserInfo(url));
  if (url.find('/', host) == std::string::npos) url += "/v1";
  return url;
}

}  // namespace

class OpenAiBackend::Core : public std::enable_shared_from_this<OpenAiBackend::Core> {
 public:
  Core(net::HttpClient& client, const Clock& clock, OpenAiOptions options)
      : client_(client), clock_(clock), options_(std::move(options)), bodies_(options_.model) {
    context_ = {net::WithoutUserInfo(options_.url), options_.key, options_.key_name, options_.prices};
    completions_ = Target("POST", "/chat/completions");
    models_ = Target("GET", "/models");
  }

  const OpenAiOptions& options() const { return options_; }
  Result<void> Probe(MonoTime deadline);
  void Submit(model::Request request, model::Done done) YK_EXCLUDES(mutex_);
  void Cancel(model::RequestId id) YK_EXCLUDES(mutex_);
  void CloseAndWait() YK_EXCLUDES(mutex_);

 private:
  struct Call {
    uint64_t id = 0;
    model::Request request;
    model::Done done;
    ChatDialect dialect;
    int concessions = 0;
  };
  struct Open {
    model::RequestId request;
    net::HttpRequestId http;
    bool cancelled = false;
  };

  std::shared_ptr<const net::HttpTarget> Target(std::string method, std::string_view path) const;
  void Send(std::shared_ptr<Call> call) YK_EXCLUDES(mutex_);
  void Take(const std::shared_ptr<Call>& call, net::HttpOutcome http) YK_EXCLUDES(mutex_);
  bool AskDifferently(const std::shared_ptr<Call>& call, const net::HttpResponse& response) YK_EXCLUDES(mutex_);
  void End(const std::shared_ptr<Call>& call, model::Outcome outcome) YK_EXCLUDES(mutex_);

  net::HttpClient& client_;
  const Clock& clock_;
  const OpenAiOptions options_;
  ReplyContext context_;
  ChatBodies bodies_;
  std::shared_ptr<const net::HttpTarget> completions_, models_;

  Mutex mutex_;
  CondVar idle_;
  ChatDialect dialect_ YK_GUARDED_BY(mutex_);
  std::unordered_map<uint64_t, Open> open_ YK_GUARDED_BY(mutex_);
  std::unordered_map<model::RequestId, uint64_t> by_request_ YK_GUARDED_BY(mutex_);
  uint64_t next_id_ YK_GUARDED_BY(mutex_) = 0;
  bool closed_ YK_GUARDED_BY(mutex_) = false;
};

std::shared_ptr<const net::HttpTarget> OpenAiBackend::Core::Target(std::string method, std::string_view path) const {
  auto target = std::make_shared<net::HttpTarget>();
  target->url = options_.url + std::string(path);
  if (method == "POST") target->headers.push_back({"Content-Type", "application/json"});
  target->method = std::move(method);
  if (!options_.key.empty()) target->headers.push_back({"Authorization", "Bearer " + options_.key});
  target->headers.insert(target->headers.end(), options_.headers.begin(), options_.headers.end());
  target->ca_file = options_.ca_file;
  return target;
}

Result<void> OpenAiBackend::Core::Probe(MonoTime deadline) {
  net::HttpRequest request;
  request.target = models_;
  request.deadline = std::min(deadline, clock_.Now() + std::chrono::seconds(10));
  const net::HttpOutcome outcome = net::Fetch(client_, std::move(request));
  if (outcome.failure) {
    return Fail(Code::kUnavailable,
                "the model server {} cannot be reached ({}); start it, or correct its address in yakan.yaml",
                context_.endpoint, outcome.failure->error.message);
  }
  const int status = outcome.response->status;
  if (status == 401 || status == 403 || status == 402 || (status >= 300 && status < 400)) {
    return Fail(ReadReply(*outcome.response, context_, clock_.WallNow()).failure->error);
  }
  if (status == 400) {
    const auto failure = ReadReply(*outcome.response, context_, clock_.WallNow()).failure;
    if (failure && failure->error.code == Code::kUnauthorized) return Fail(failure->error);
  }
  if (status != 200) return {};  // many servers have no such page; that they answer is enough
  const auto reply = ParseJson(outcome.response->body);
  if (!reply || !reply->is_object() || !reply->contains("data") || !(*reply)["data"].is_array()) return {};
  std::string known;
  for (const auto& entry : (*reply)["data"]) {
    if (!entry.is_object() || !entry.contains("id") || !entry["id"].is_string()) continue;
    if (entry["id"] == options_.model) return {};
    if (known.size() < 200) known += (known.empty() ? "" : ", ") + entry["id"].get<std::string>();
  }
  // Gateways do not list everything they serve, so this is no error; the first request will tell.
  if (!known.empty()) log::Warn("{} does not list the model {}; it lists {}", context_.endpoint, options_.model, known);
  return {};
}

void OpenAiBackend::Core::Submit(model::Request request, model::Done done) {
  auto call = std::make_shared<Call>();
  call->request = std::move(request);
  call->done = std::move(done);
  bool closed = false;
  {
    MutexLock lock(mutex_);
    closed = closed_;
    call->id = ++next_id_;
    call->dialect = dialect_;
    open_[call->id] = {call->request.id, {}, closed};
    by_request_[call->request.id] = call->id;
  }
  if (!closed) return Send(std::move(call));
  model::Outcome outcome;
  outcome.failure =
      model::ModelFailure{model::FailureClass::kTransport, {Code::kCancelled, "the model is closed", {}}, {}};
  End(call, std::move(outcome));
}

void OpenAiBackend::Core::Send(std::shared_ptr<Call> call) {
  net::HttpRequest http;
  http.target = completions_;
  http.body = bodies_.Render(call->request, call->dialect);
  http.deadline = call->request.deadline;
  const uint64_t id = call->id;
  const auto http_id = client_.Submit(std::move(http), [self = shared_from_this(), call](net::HttpOutcome outcome) {
    self->Take(call, std::move(outcome));
  });
  bool cancel = false;
  {
    MutexLock lock(mutex_);
    const auto found = open_.find(id);
    if (found == open_.end()) return;  // it was quicker than we are
    found->second.http = http_id;
    cancel = found->second.cancelled;
  }
  if (cancel) client_.Cancel(http_id);
}

void OpenAiBackend::Core::Take(const std::shared_ptr<Call>& call, net::HttpOutcome http) {
  if (http.failure) return End(call, ReadTransportFailure(*http.failure, context_));
  const net::HttpResponse& response = *http.response;
  if ((response.status == 400 || response.status == 422) && AskDifferently(call, response)) return;
  if (response.status == 200 && call->concessions > 0) {
    // Remembered only now: a complaint that merely quotes the row must not cost all later rows their schema.
    MutexLock lock(mutex_);
    dialect_ = call->dialect;
  }
  End(call, ReadReply(response, context_, clock_.WallNow()));
}

bool OpenAiBackend::Core::AskDifferently(const std::shared_ptr<Call>& call, const net::HttpResponse& response) {
  const std::string complaint = Complaint(response, context_);
  const auto reading = ReadReply(response, context_, clock_.WallNow());
  const bool too_long = reading.failure && reading.failure->error.message.find("too long") != std::string::npos;
  if (too_long || (reading.failure && reading.failure->failure_class == model::FailureClass::kRefusal)) return false;
  if (++call->concessions > kConcessionsMax || !Concede(call->dialect, call->request, complaint)) return false;
  {
    MutexLock lock(mutex_);
    const auto found = open_.find(call->id);
    if (found == open_.end() || found->second.cancelled) return false;
  }
  log::Debug("{} refuses a part of the request ({}); trying without it", context_.endpoint, complaint);
  Send(call);
  return true;
}

void OpenAiBackend::Core::End(const std::shared_ptr<Call>& call, model::Outcome outcome) {
  model::Done done = std::move(call->done);
  done(std::move(outcome));
  done = nullptr;
  MutexLock lock(mutex_);
  if (const auto found = by_request_.find(call->request.id); found != by_request_.end() && found->second == call->id) {
    by_request_.erase(found);
  }
  open_.erase(call->id);
  if (closed_ && open_.empty()) idle_.notify_all();
}

void OpenAiBackend::Core::Cancel(model::RequestId id) {
  net::HttpRequestId http;
  {
    MutexLock lock(mutex_);
    const auto found = by_request_.find(id);
    if (found == by_request_.end()) return;
    Open& open = open_.at(found->second);
    open.cancelled = true;
    http = open.http;
  }
  if (http.value != 0) client_.Cancel(http);
}

void OpenAiBackend::Core::CloseAndWait() YK_THREAD_ATTRIBUTE(no_thread_safety_analysis) {
  std::vector<net::HttpRequestId> ids;
  {
    MutexLock lock(mutex_);
    closed_ = true;
    for (auto& [id, open] : open_) {
      open.cancelled = true;
      if (open.http.value != 0) ids.push_back(open.http);
    }
  }
  for (const auto id : ids) client_.Cancel(id);
  MutexLock lock(mutex_);
  idle_.wait(mutex_, [&]() YK_REQUIRES(mutex_) { return open_.empty(); });
}

Result<std::unique_ptr<OpenAiBackend>> OpenAiBackend::Open(net::HttpClient& client, const Clock& clock,
                                                           OpenAiOptions options) {
  YK_TRY(options.url, CleanUrl(std::move(options.url)));
  if (options.model.empty()) {
    return Fail(Code::kInvalid, "the model at {} has no name; add `model: NAME`, or `#NAME` behind a URL",
                net::WithoutUserInfo(options.url));
  }
  return std::unique_ptr<OpenAiBackend>(new OpenAiBackend(std::make_shared<Core>(client, clock, std::move(options))));
}

OpenAiBackend::OpenAiBackend(std::shared_ptr<Core> core) : core_(std::move(core)) {}
OpenAiBackend::~OpenAiBackend() { core_->CloseAndWait(); }

model::BackendInfo OpenAiBackend::Info() const {
  const OpenAiOptions& options = core_->options();
  model::BackendInfo info;
  info.kind = "openai";
  info.model = options.model;
  // The address is not part of it: the same model on another port or host gives the same answers.
  info.identity = "openai\n" + options.model + "\n" + options.identity;
  info.context_tokens = options.context_tokens;
  info.in_flight_max = options.in_flight_max;
  return info;
}

Result<void> OpenAiBackend::Probe(MonoTime deadline) { return core_->Probe(deadline); }
void OpenAiBackend::Submit(model::Request request, model::Done done) {
  core_->Submit(std::move(request), std::move(done));
}
void OpenAiBackend::Cancel(model::RequestId id) { core_->Cancel(id); }

}  // namespace yk::remote
