// SPDX-License-Identifier: Apache-2.0
#include "reader/office_converter.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "reader/reason.h"
#include "reader/scratch_folder.h"

namespace yk::reader {
namespace fs = std::filesystem;
namespace {

constexpr int kStartAgain = 81;  // EXITHELPER_NORMAL_RESTART of LibreOffice

Result<void> Write(const fs::path& path, std::string_view content) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.valid()) return Fail(ErrnoError("write", path, errno));
  while (!content.empty()) {
    const ssize_t n = ::write(file.get(), content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return Fail(ErrnoError("write", path, errno));
    content.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

/// In the child, after fork: only calls that are safe there.
[[noreturn]] void Become(char* const* argv, char* const* environment) {
  ::setpgid(0, 0);
  const int nothing = ::open("/dev/null", O_RDWR);
  ::dup2(nothing, 0);
  ::dup2(nothing, 1);
  ::dup2(nothing, 2);
  ::syscall(SYS_close_range, 3u, ~0u, 0u);
  ::execve(argv[0], argv, environment);
  ::_exit(127);
}

/// Ends the program's whole family: LibreOffice is several processes.
int Finish(pid_t pid) {
  ::kill(-pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

/// Waits until it ends, at most `wall`; nullopt-like -1 when the time was up.
int Await(pid_t pid, std::chrono::milliseconds wall) {
  const Fd handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  const auto deadline = std::chrono::steady_clock::now() + wall;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0 || !handle.valid()) {
      Finish(pid);
      return -1;
    }
    pollfd wait{handle.get(), POLLIN, 0};
    const int ready = ::poll(&wait, 1, static_cast<int>(left.count()));
    if (ready > 0) return Finish(pid);
  }
}

Result<int> Run(const std::vector<std::string>& words, const fs::path& folder, std::chrono::milliseconds wall) {
  std::vector<std::string> variables = {"HOME=" + folder.string(), "TMPDIR=" + folder.string(),
                                        "PATH=/usr/bin:/bin",      "LC_ALL=C.UTF-8",
                                        "SAL_USE_VCLPLUGIN=svp",   "OSL_SOCKET_PATH=" + folder.string()};
  std::vector<char*> argv;
  std::vector<char*> environment;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  for (const std::string& variable : variables) environment.push_back(const_cast<char*>(variable.c_str()));
  argv.push_back(nullptr);
  environment.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) return Fail(Code::kUnavailable, "cannot start LibreOffice: {}", std::strerror(errno));
  if (pid == 0) Become(argv.data(), environment.data());
  return Await(pid, wall);
}

fs::path TemporaryFiles() {
  std::error_code error;
  const fs::path folder = fs::temp_directory_path(error);
  return error ? fs::path("/tmp") : folder;
}

Failure NotConverted(const std::string& why) {
  return Fail(
      ReasonError(Reason::kCorrupt, fmt::format("LibreOffice could not read the file ({}); open and save it as a "
                                                "newer kind by hand",
                                                why)));
}

}  // namespace

OfficeConverter::OfficeConverter(fs::path reader, fs::path office)
    : reader_(std::move(reader)), office_(std::move(office)) {
  if (available()) ScratchFolder::RemoveLeftBehind(TemporaryFiles());
}

fs::path OfficeConverter::Find() {
  for (const char* place : {"/usr/bin/soffice", "/usr/bin/libreoffice", "/usr/local/bin/soffice",
                            "/snap/bin/libreoffice", "/opt/libreoffice/program/soffice"}) {
    if (::access(place, X_OK) != 0) continue;
    // The program behind the script, which has a temper of its own about sockets in /tmp.
    std::error_code error;
    const fs::path behind = fs::canonical(place, error).replace_filename("soffice.bin");
    return !error && ::access(behind.c_str(), X_OK) == 0 ? behind : fs::path(place);
  }
  return {};
}

std::optional<Fd> OfficeConverter::OpenMade(const fs::path& folder, const std::string& name, uint64_t bytes_max) {
  const Fd out(::open((folder / "out").c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!out.valid()) return std::nullopt;
  // A pipe in the file's place must not be waited for.
  Fd file(::openat(out.get(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat info {};
  const bool usable = file.valid() && ::fstat(file.get(), &info) == 0 && S_ISREG(info.st_mode) &&
                      static_cast<uint64_t>(info.st_size) <= bytes_max;
  return usable ? std::optional<Fd>(std::move(file)) : std::nullopt;
}

Result<Fd> OfficeConverter::Convert(std::string_view content, const std::string& to, const ReadLimits& limits) const {
  MutexLock one_at_a_time(mutex_);
  YK_TRY(const ScratchFolder scratch, ScratchFolder::Make(TemporaryFiles()));
  const fs::path& folder = scratch.path();
  // LibreOffice looks at the content; the name only must not mislead it.
  const fs::path input = folder / (to == "pptx" ? "in.ppt" : "in.doc");
  YK_TRY_VOID(Write(input, content));
  const std::vector<std::string> words = {
      reader_.string(), "--office-jail=" + folder.string(),
      office_.string(), "-env:UserInstallation=file://" + (folder / "profile").string(),
      "--headless",     "--norestore",
      "--nolockcheck",  "--nodefault",
      "--convert-to",   to,
      "--outdir",       (folder / "out").string(),
      input.string()};
  YK_TRY(int status, Run(words, folder, limits.wall));
  // With a new profile it sets things up and asks to be started once more.
  if (WIFEXITED(status) && WEXITSTATUS(status) == kStartAgain) {
    YK_TRY(status, Run(words, folder, limits.wall));
  }
  if (status == -1) {
    return Fail(ReasonError(Reason::kResourceLimit, fmt::format("LibreOffice took longer than {} s and was stopped",
                                                                static_cast<double>(limits.wall.count()) / 1000.0)));
  }
  if (auto made = OpenMade(folder, "in." + to, limits.file_bytes_max)) return std::move(*made);
  if (WIFSIGNALED(status)) return NotConverted(fmt::format("it ended by signal {}", WTERMSIG(status)));
  return NotConverted(fmt::format("it wrote no file, exit status {}", WIFEXITED(status) ? WEXITSTATUS(status) : -1));
}

}  // namespace yk::reader
