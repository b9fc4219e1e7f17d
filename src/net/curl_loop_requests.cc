// SPDX-License-Identifier: Apache-2.0
// How a request gets into an engine and out of it again.
#include <algorithm>

#include "base/check.h"
#include "net/curl_loop.h"
#include "net/url.h"

namespace yk::net {
namespace {

constexpr size_t kTargetsKept = 64;

/// A line end in a header would let a value write headers of its own.
bool CleanHeaders(const std::vector<HttpHeader>& headers) {
  return std::all_of(headers.begin(), headers.end(), [](const HttpHeader& h) {
    constexpr std::string_view kBad("\r\n\0", 3);
    return !h.name.empty() && h.name.find_first_of(kBad) == std::string::npos &&
           h.name.find_first_of(": ") == std::string::npos && h.value.find_first_of(kBad) == std::string::npos;
  });
}

}  // namespace

Result<TargetState*> CurlHttpClient::Loop::FindTarget(const std::shared_ptr<const HttpTarget>& target) {
  if (!target) return Fail(Code::kInvalid, "a request without a target cannot be sent");
  const auto found = targets_.find(target.get());
  if (found != targets_.end()) return found->second.get();
  YK_TRY(const UrlParts parts, SplitUrl(target->url));
  const auto token = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-'; };
  if (target->method.empty() || !std::all_of(target->method.begin(), target->method.end(), token)) {
    return Fail(Code::kInvalid, "\"{}\" is not an HTTP method", target->method);
  }
  if (!CleanHeaders(target->headers))
    return Fail(Code::kInvalid, "a header for {} holds a line end or has no name", WithoutUserInfo(target->url));
  if (targets_.size() >= kTargetsKept) ForgetUnusedTargets();

  std::string key = parts.scheme + "://" + parts.host + ":" + parts.port;
  auto& host = hosts_[key];
  if (!host) {
    host = std::make_unique<HostState>();
    host->key = std::move(key);
    host->multiplexed = parts.scheme == "https";
    if (parts.scheme == "http") host->addresses = LiteralAddresses(parts);
  }
  auto state = std::make_unique<TargetState>();
  state->target = target;
  state->host = host.get();
  ++host->targets;
  state->plain = options_.plain_http && !proxies_ && !host->addresses.empty() && !parts.user &&
                 target->redirects_max == 0 && !target->compressed;
  if (state->plain) state->plain_head = PlainHead(*target, parts, options_.user_agent);
  for (const HttpHeader& h : target->headers) {
    // libcurl takes "Name:" for removing a header, "Name;" for an empty one.
    const std::string line = h.value.empty() ? h.name + ";" : h.name + ": " + h.value;
    state->headers = curl_slist_append(state->headers, line.c_str());
  }
  state->headers = curl_slist_append(state->headers, "Expect:");  // no waiting for 100 Continue
  return targets_.emplace(target.get(), std::move(state)).first->second.get();
}

void CurlHttpClient::Loop::ForgetUnusedTargets() {
  for (auto it = targets_.begin(); it != targets_.end();) {
    TargetState& state = *it->second;
    if (state.active > 0 || state.target.use_count() > 1) {
      ++it;
      continue;
    }
    for (Transfer* transfer : state.idle) {
      curl_easy_reset(transfer->easy);
      transfer->state = nullptr;
      spare_.push_back(transfer);
    }
    --state.host->targets;
    it = targets_.erase(it);
  }
  for (auto it = hosts_.begin(); it != hosts_.end();) {
    if (!it->second || it->second->targets > 0) {
      ++it;
      continue;
    }
    while (!it->second->idle.empty()) Drop(it->second->idle.back());
    it = hosts_.erase(it);
  }
}

void CurlHttpClient::Loop::Admit(PendingRequest pending) {
  const Result<TargetState*> target = FindTarget(pending.request.target);
  if (!target) return Refuse(std::move(pending), HttpFailureKind::kInvalid, target.error().message);
  if (!CleanHeaders(pending.request.headers)) {
    return Refuse(std::move(pending), HttpFailureKind::kInvalid, "a header holds a line end or has no name");
  }
  if (queued_ >= options_.queued_max) return Refuse(std::move(pending), HttpFailureKind::kQueueFull);
  next_deadline_ = std::min(next_deadline_, pending.request.deadline);
  HostState& host = *(*target)->host;
  host.waiting.push_back(std::move(pending));
  ++queued_;
  if (host.waiting.size() == 1 || queued_ % 64 == 0) Pump();
}

// Hosts take turns, so that a long queue for one does not starve the others under the common limit.
void CurlHttpClient::Loop::Pump() {
  for (bool begun = queued_ > 0; begun;) {
    begun = false;
    for (auto& [key, host] : hosts_) {
      if (host->waiting.empty() || host->active >= options_.per_host_max) continue;
      if (active_.size() >= static_cast<size_t>(options_.in_flight_max)) return;
      PendingRequest pending = std::move(host->waiting.front());
      host->waiting.pop_front();
      --queued_;
      begun = true;
      // Requests that wait keep their target alive, so it is known.
      TargetState& target = *targets_.at(pending.request.target.get());
      if (target.plain)
        BeginPlain(target, std::move(pending));
      else
        BeginTransfer(target, std::move(pending));
    }
  }
}

void CurlHttpClient::Loop::AddActive(Flight& flight, TargetState& target, PendingRequest pending) {
  flight.state = &target;
  flight.pending = std::move(pending);
  flight.started = clock_.Now();
  flight.limit = flight.pending.request.deadline;
  flight.slot = active_.size();
  active_.push_back(&flight);
  ++target.host->active;
  ++target.active;
}

void CurlHttpClient::Loop::BeginTransfer(TargetState& target, PendingRequest pending) {
  Transfer* transfer = TakeTransfer(target);
  AddActive(*transfer, target, std::move(pending));
  transfer->SetBody();
  Shard& shard = PickShard(*target.host);
  transfer->shard = &shard;
  ++shard.active;
  const CURLMcode code = curl_multi_add_handle(shard.multi, transfer->easy);
  YK_CHECK(code == CURLM_OK, curl_multi_strerror(code));
}

void CurlHttpClient::Loop::BeginPlain(TargetState& target, PendingRequest pending) {
  HostState& host = *target.host;
  if (!host.idle.empty()) {
    PlainConnection& connection = *host.idle.back();
    host.idle.pop_back();
    AddActive(connection, target, std::move(pending));
    return Settle(connection, connection.Send());
  }
  auto made = std::make_unique<PlainConnection>();
  PlainConnection& connection = *made;
  plain_.emplace(&connection, std::move(made));
  AddActive(connection, target, std::move(pending));
  connection.limit = std::min(connection.limit, connection.started + target.target->connect_timeout);
  next_deadline_ = std::min(next_deadline_, connection.limit);
  Settle(connection, connection.Connect(host));
}

void CurlHttpClient::Loop::OnPlainReady(PlainConnection& connection, uint32_t events) {
  // An idle connection has nothing to say: its server closes it.
  if (connection.state == nullptr) return Drop(&connection);
  Settle(connection, connection.OnReady(events));
}

void CurlHttpClient::Loop::Settle(PlainConnection& connection, PlainConnection::Verdict verdict) {
  while (verdict == PlainConnection::Verdict::kFailed && connection.again()) {
    CloseSocket(connection);
    connection.limit =
        std::min(connection.pending.request.deadline, clock_.Now() + connection.state->target->connect_timeout);
    next_deadline_ = std::min(next_deadline_, connection.limit);
    verdict = connection.Connect(*connection.state->host);
  }
  switch (verdict) {
    case PlainConnection::Verdict::kWait: {
      Socket& socket = SocketAt(connection.fd());
      socket.plain = &connection;
      return Watch(socket, connection.fd(), connection.wanted());
    }
    case PlainConnection::Verdict::kDone: return End(connection, connection.Success(clock_.Now()));
    case PlainConnection::Verdict::kFailed: return End(connection, connection.Lost());
  }
}

void CurlHttpClient::Loop::CloseSocket(PlainConnection& connection) {
  // The table first: the number may come back with the next connection.
  if (connection.fd() >= 0) SocketAt(connection.fd()) = Socket{};
  connection.Disconnect().Close();
}

void CurlHttpClient::Loop::Drop(PlainConnection* connection) {
  if (connection->host() != nullptr) std::erase(connection->host()->idle, connection);
  CloseSocket(*connection);
  plain_.erase(connection);
}

CurlHttpClient::Loop::Shard& CurlHttpClient::Loop::PickShard(const HostState& host) {
  // One pool for a host that multiplexes, else its requests could not share a connection.
  if (host.multiplexed) return *shards_.front();
  const auto emptiest = std::min_element(shards_.begin(), shards_.end(),
                                         [](const auto& a, const auto& b) { return a->active < b->active; });
  return **emptiest;
}

Transfer* CurlHttpClient::Loop::TakeTransfer(TargetState& target) {
  if (!target.idle.empty()) {
    Transfer* transfer = target.idle.back();
    target.idle.pop_back();
    return transfer;
  }
  Transfer* transfer = nullptr;
  if (!spare_.empty()) {
    transfer = spare_.back();
    spare_.pop_back();
  } else if (transfers_.size() >= static_cast<size_t>(options_.in_flight_max)) {
    // As many handles as may ever be in flight exist, and fewer are: another target has idle ones.
    const auto rich =
        std::find_if(targets_.begin(), targets_.end(), [](const auto& t) { return !t.second->idle.empty(); });
    YK_CHECK(rich != targets_.end(), "a handle below the limit is idle somewhere");
    transfer = rich->second->idle.back();
    rich->second->idle.pop_back();
  } else {
    transfers_.push_back(std::make_unique<Transfer>());
    transfer = transfers_.back().get();
  }
  transfer->Configure(target, Transfer::Shared{share_, &Loop::OnClose, this, &options_.user_agent, proxies_});
  return transfer;
}

void CurlHttpClient::Loop::Release(Flight& flight) {
  TargetState& target = *flight.state;
  if (!flight.plain) {
    auto& transfer = static_cast<Transfer&>(flight);
    transfer.Reset();
    target.idle.push_back(&transfer);
    return;
  }
  auto& connection = static_cast<PlainConnection&>(flight);
  const bool reusable = connection.reusable();
  connection.Clear();
  connection.state = nullptr;
  if (!reusable) return Drop(&connection);
  target.host->idle.push_back(&connection);
  Watch(SocketAt(connection.fd()), connection.fd(), connection.wanted());
}

void CurlHttpClient::Loop::End(Flight& flight, HttpOutcome outcome) {
  if (!flight.plain) {
    auto& transfer = static_cast<Transfer&>(flight);
    auto* shard = static_cast<Shard*>(transfer.shard);
    curl_multi_remove_handle(shard->multi, transfer.easy);
    --shard->active;
  }
  --flight.state->host->active;
  --flight.state->active;
  active_.back()->slot = flight.slot;
  active_[flight.slot] = active_.back();
  active_.pop_back();
  const HttpDone done = std::move(flight.pending.done);
  Release(flight);
  open_.fetch_sub(1, std::memory_order_relaxed);
  done(std::move(outcome));
}

void CurlHttpClient::Loop::Refuse(PendingRequest pending, HttpFailureKind kind, std::string_view detail) {
  HttpOutcome outcome;
  const std::string url = pending.request.target ? pending.request.target->url : "";
  outcome.failure = HttpFailure{kind, SentenceFor(kind, url, detail), 0, {}};
  open_.fetch_sub(1, std::memory_order_relaxed);
  pending.done(std::move(outcome));
}

}  // namespace yk::net
