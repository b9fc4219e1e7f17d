// SPDX-License-Identifier: Apache-2.0
#include "net/http_server.h"

#include <pthread.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <thread>

#include "net/http_connection.h"
#include "net/retry_after.h"

namespace yk::net {
namespace {

constexpr int kBacklog = 4096;

MonoTime NowMono() { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }

Error BindError(const HttpServerOptions& options, const boost::system::error_code& error) {
  const std::string where = fmt::format("{}:{}", options.address, options.port);
  if (error == asio::error::address_in_use) {
    return Error{
        Code::kConflict, fmt::format("cannot listen on {}: another program does; choose another port", where), {}};
  }
  if (error == asio::error::access_denied) {
    return Error{
        Code::kUnauthorized, fmt::format("cannot listen on {}: not allowed; choose a port above 1023", where), {}};
  }
  return Error{Code::kInvalid, fmt::format("cannot listen on {}: {}", where, error.message()), {}};
}

}  // namespace

class HttpServer::Impl : public std::enable_shared_from_this<HttpServer::Impl> {
 public:
  Impl(HttpServerOptions options, Handler handler)
      : core_(std::make_shared<HttpServerCore>(std::move(options))),
        acceptor_(core_->io),
        sweep_(core_->io),
        tasks_timer_(core_->io),
        pause_(core_->io) {
    core_->handler = std::move(handler);
  }

  Result<void> Listen() {
    const HttpServerOptions& options = core_->options;
    boost::system::error_code error;
    const auto address = asio::ip::make_address(options.address == "localhost" ? "127.0.0.1" : options.address, error);
    if (error) {
      return Fail(Code::kInvalid, "\"{}\" is not an IP address to listen on; write one such as 127.0.0.1",
                  options.address);
    }
    const asio::ip::tcp::endpoint endpoint(address, options.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(kBacklog, error);
    if (error) return Fail(BindError(options, error));
    const auto bound = acceptor_.local_endpoint(error);
    port_ = bound.port();
    const std::string host = address.to_string();
    url_ = fmt::format("http://{}:{}", address.is_v6() ? "[" + host + "]" : host, port_);
    return {};
  }

  void Run() {
    core_->on_gone = [this] { OnGone(); };
    Sweep();
    Accept();
    thread_ = std::thread([this] {
      ::pthread_setname_np(::pthread_self(), "http-io");
      core_->io.run();
    });
  }

  void RunAfter(Duration delay, std::function<void()> task) {
    // Rounded up to whole milliseconds, so that thousands of delays share a few wake-ups.
    const MonoTime at =
        delay <= Duration::zero() ? MonoTime{} : std::chrono::ceil<std::chrono::milliseconds>(NowMono() + delay);
    if (core_->io.get_executor().running_in_this_thread()) return AddTask(at, std::move(task));
    core_->Post([this, at, task = std::move(task)] { AddTask(at, task); });
  }

  void Stop(Duration grace) {
    if (!thread_.joinable()) return;
    core_->Post([this, grace] { BeginStop(grace); });
    thread_.join();
    {
      MutexLock lock(core_->mutex);
      core_->ended = true;
    }
    // What is still queued holds connections, which hold the queue: run it dry.
    tasks_.clear();
    auto open = std::move(core_->connections);
    core_->on_gone = nullptr;
    for (auto& [key, connection] : open) connection->Close();
    open.clear();
    sweep_.cancel();
    tasks_timer_.cancel();
    pause_.cancel();
    core_->io.restart();
    core_->io.poll();
    core_->handler = nullptr;
  }

  uint16_t port() const { return port_; }
  const std::string& url() const { return url_; }

 private:
  struct Task {
    MonoTime at;
    uint64_t order;
    std::function<void()> run;
    bool operator<(const Task& other) const { return at != other.at ? at > other.at : order > other.order; }
  };

  void Accept() {
    if (accepting_ || core_->stopping) return;
    if (core_->connections.size() >= static_cast<size_t>(core_->options.connections_max)) return;
    accepting_ = true;
    acceptor_.async_accept([this](boost::system::error_code error, asio::ip::tcp::socket socket) {
      accepting_ = false;
      if (error == asio::error::operation_aborted || core_->stopping) return;
      if (error) {
        // Out of descriptors, most likely: the backlog keeps callers while others finish.
        pause_.expires_after(std::chrono::milliseconds(50));
        pause_.async_wait([this](boost::system::error_code e) {
          if (!e) Accept();
        });
        return;
      }
      auto connection = std::make_shared<HttpConnection>(core_, std::move(socket));
      core_->connections.emplace(connection.get(), connection);
      connection->Start();
      Accept();
    });
  }

  void OnGone() {
    if (core_->stopping) {
      if (core_->connections.empty()) core_->io.stop();
    } else {
      Accept();
    }
  }

  void Sweep() {
    core_->now = NowMono();
    const auto wall = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    core_->date_header = "Date: " + FormatHttpDate(wall) + "\r\n";
    std::vector<std::shared_ptr<HttpConnection>> all;
    all.reserve(core_->connections.size());
    for (const auto& [key, connection] : core_->connections) all.push_back(connection);
    for (const auto& connection : all) connection->Sweep();
    sweep_.expires_after(std::chrono::seconds(1));
    sweep_.async_wait([this](boost::system::error_code error) {
      if (!error) Sweep();
    });
  }

  void AddTask(MonoTime at, std::function<void()> run) {
    tasks_.push_back(Task{at, next_order_++, std::move(run)});
    std::push_heap(tasks_.begin(), tasks_.end());
    if (!running_tasks_ && at < armed_) ArmTasks();
  }

  void ArmTasks() {
    armed_ = tasks_.empty() ? MonoTime::max() : tasks_.front().at;
    if (tasks_.empty()) return;
    tasks_timer_.expires_at(armed_);
    tasks_timer_.async_wait([this](boost::system::error_code error) {
      if (!error) RunTasks();
    });
  }

  void RunTasks() {
    const MonoTime now = NowMono();
    // Only what is there now: a task that adds itself for at once must not keep the sockets waiting.
    const uint64_t order_end = next_order_;
    running_tasks_ = true;
    while (!tasks_.empty() && tasks_.front().at <= now && tasks_.front().order < order_end) {
      std::pop_heap(tasks_.begin(), tasks_.end());
      Task task = std::move(tasks_.back());
      tasks_.pop_back();
      task.run();
    }
    running_tasks_ = false;
    ArmTasks();
  }

  void BeginStop(Duration grace) {
    core_->stopping = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    std::vector<std::shared_ptr<HttpConnection>> all;
    for (const auto& [key, connection] : core_->connections) all.push_back(connection);
    for (const auto& connection : all) connection->StopGracefully();
    if (core_->connections.empty()) return core_->io.stop();
    pause_.expires_after(grace);
    pause_.async_wait([this](boost::system::error_code) { core_->io.stop(); });
  }

  const std::shared_ptr<HttpServerCore> core_;
  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer sweep_, tasks_timer_, pause_;
  std::vector<Task> tasks_;
  uint64_t next_order_ = 0;
  MonoTime armed_ = MonoTime::max();
  bool running_tasks_ = false;
  bool accepting_ = false;
  uint16_t port_ = 0;
  std::string url_;
  std::thread thread_;
};

HttpServer::HttpServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() { Stop(Duration::zero()); }

Result<std::unique_ptr<HttpServer>> HttpServer::Start(HttpServerOptions options, Handler handler) {
  auto impl = std::make_shared<Impl>(std::move(options), std::move(handler));
  YK_TRY_VOID(impl->Listen());
  impl->Run();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

uint16_t HttpServer::port() const { return impl_->port(); }
std::string HttpServer::url() const { return impl_->url(); }
void HttpServer::RunAfter(Duration delay, std::function<void()> task) { impl_->RunAfter(delay, std::move(task)); }
void HttpServer::Stop(Duration grace) { impl_->Stop(grace); }

}  // namespace yk::net
