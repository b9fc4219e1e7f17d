// SPDX-License-Identifier: Apache-2.0
#include "reader/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace yk::reader {
namespace {

/// posix_spawn's two option objects, freed when they go.
struct SpawnOptions {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;

  SpawnOptions() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnOptions() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnOptions(const SpawnOptions&) = delete;
  SpawnOptions& operator=(const SpawnOptions&) = delete;

  void Fill(int child_socket) {
    posix_spawn_file_actions_adddup2(&files, child_socket, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    // Parsers print their worries about foreign files; nobody wants them between the progress lines.
    if (std::getenv("YAKAN_READER_STDERR") == nullptr) {
      posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    }
    posix_spawn_file_actions_addclosefrom_np(&files, 3);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
};

}  // namespace

Result<ChildProcess> ChildProcess::Start(const std::filesystem::path& program,
                                         const std::vector<std::string>& arguments,
                                         std::vector<std::string> environment) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return Fail(ErrnoError("make a socket pair for", program, errno));
  }
  Fd ours(ends[0]);
  const Fd theirs(ends[1]);
  SpawnOptions options;
  options.Fill(theirs.get());

  std::string name = program.string();
  std::vector<std::string> words = arguments;
  std::vector<char*> argv{name.data()};
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  environment.emplace_back("LC_ALL=C.UTF-8");
  environment.emplace_back("ASAN_OPTIONS=detect_leaks=0");
  // The reader's cage allows no threads, and OpenMP would end the program over that.
  environment.emplace_back("OMP_THREAD_LIMIT=1");
  std::vector<char*> variables;
  for (std::string& variable : environment) variables.push_back(variable.data());
  variables.push_back(nullptr);

  pid_t pid = -1;
  const int error =
      ::posix_spawn(&pid, name.c_str(), &options.files, &options.attributes, argv.data(), variables.data());
  if (error != 0) return Fail(ErrnoError("start", program, error));
  return ChildProcess(pid, std::move(ours));
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), socket_(std::move(other.socket_)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this != &other) {
    Kill();
    pid_ = std::exchange(other.pid_, -1);
    socket_ = std::move(other.socket_);
  }
  return *this;
}

ChildProcess::~ChildProcess() { Kill(); }

void ChildProcess::GrantCpu(std::chrono::seconds more) {
  rlimit limit{};
  if (pid_ < 0 || ::prlimit(pid_, RLIMIT_CPU, nullptr, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_cur + static_cast<rlim_t>(more.count()), limit.rlim_max);
  (void)::prlimit(pid_, RLIMIT_CPU, &limit, nullptr);
}

Ending ChildProcess::Kill() {
  Ending ending;
  if (pid_ < 0) return ending;
  // A child that is already dead keeps its own ending: a zombie ignores the signal.
  ::kill(pid_, SIGKILL);
  int status = 0;
  rusage usage{};
  while (::wait4(pid_, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) ending.signal = WTERMSIG(status);
  if (WIFEXITED(status)) ending.exit_status = WEXITSTATUS(status);
  ending.memory_peak = static_cast<uint64_t>(usage.ru_maxrss) * 1024;
  pid_ = -1;
  socket_.Close();
  return ending;
}

}  // namespace yk::reader
