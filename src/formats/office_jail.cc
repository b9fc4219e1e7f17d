// SPDX-License-Identifier: Apache-2.0
#include "formats/office_jail.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "formats/sanitized.h"

namespace yk::formats {
namespace {

constexpr std::string_view kFolder = "--office-jail=";
constexpr int kCannotCage = 126;
constexpr rlim_t kFileBytesMax = rlim_t{2} << 30;

struct Jail {
  std::string folder;
  rlim_t memory_bytes = rlim_t{4} << 30;
  rlim_t cpu_seconds = 120;
  int program = 0;  ///< place in argv
};

template <typename T>
bool TakeNumber(std::string_view word, std::string_view name, T& out) {
  if (!word.starts_with(name)) return false;
  word.remove_prefix(name.size());
  return std::from_chars(word.data(), word.data() + word.size(), out).ec == std::errc();
}

Result<Jail> Parse(int argc, char** argv) {
  Jail jail;
  int at = 1;
  for (; at < argc && std::string_view(argv[at]).starts_with("--"); ++at) {
    const std::string_view word = argv[at];
    if (word.starts_with(kFolder)) {
      jail.folder = word.substr(kFolder.size());
    } else if (!TakeNumber(word, "--memory=", jail.memory_bytes) && !TakeNumber(word, "--cpu=", jail.cpu_seconds)) {
      return Fail(Code::kInvalid, "unknown argument {}", word);
    }
  }
  if (jail.folder.empty() || at >= argc) return Fail(Code::kInvalid, "a folder and a program are needed");
  jail.program = at;
  return jail;
}

Result<void> LimitResources(const Jail& jail) {
  const std::array<std::pair<__rlimit_resource, rlim_t>, 5> limits = {{{RLIMIT_AS, jail.memory_bytes},
                                                                       {RLIMIT_CPU, jail.cpu_seconds},
                                                                       {RLIMIT_FSIZE, kFileBytesMax},
                                                                       {RLIMIT_NOFILE, 1024},
                                                                       {RLIMIT_CORE, 0}}};
  for (const auto& [resource, value] : limits) {
    if (kSanitized && resource == RLIMIT_AS) continue;
    const rlimit limit{value, value};
    if (::setrlimit(resource, &limit) != 0)
      return Fail(Code::kInternal, "cannot set a limit: {}", std::strerror(errno));
  }
  return {};
}

constexpr uint64_t kRead = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr uint64_t kWrite = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                            LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                            LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SYM;
constexpr uint64_t kHandled = kRead | kWrite | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK;

void Allow(int rules, const char* path, uint64_t access) {
  const Fd place(::open(path, O_PATH | O_CLOEXEC));
  if (!place.valid()) return;  // not every system has every folder
  const landlock_path_beneath_attr rule{access, place.get()};
  (void)::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

/// https://docs.kernel.org/userspace-api/landlock.html
Result<void> FenceFiles(const std::string& folder) {
  landlock_ruleset_attr handled{};
  handled.handled_access_fs = kHandled;
  const Fd rules(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0)));
  if (!rules.valid()) return {};  // the kernel has none
  for (const char* place : {"/usr", "/bin", "/lib", "/lib64", "/etc", "/opt", "/proc", "/sys", "/dev", "/run/systemd",
                            "/var/lib/libreoffice", "/var/spool/libreoffice", "/var/cache/fontconfig"}) {
    Allow(rules.get(), place, kRead);
  }
  Allow(rules.get(), "/dev/null", LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE);
  Allow(rules.get(), folder.c_str(), kRead | kWrite);
  if (::syscall(SYS_landlock_restrict_self, rules.get(), 0) != 0) {
    return Fail(Code::kInternal, "cannot fence the files: {}", std::strerror(errno));
  }
  return {};
}

/// What converting a document never needs.
constexpr std::array kRefused = {
    SCMP_SYS(connect),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(setns),
    SCMP_SYS(unshare),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(kexec_load),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),
    SCMP_SYS(sethostname),
    SCMP_SYS(quotactl),
};

Result<void> FilterSystemCalls() {
  const std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(seccomp_init(SCMP_ACT_ALLOW), seccomp_release);
  if (filter == nullptr) return Fail(Code::kInternal, "cannot make a system-call filter");
  // Sockets within the program (its pipes) and no others; refused and not deadly, because it asks without need.
  int error = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 1,
                               SCMP_A0(SCMP_CMP_NE, static_cast<scmp_datum_t>(AF_UNIX)));
  // It puts a socket into /tmp when that looks writable, and where OSL_SOCKET_PATH says when it does not. Landlock
  // knows better, but this question does not ask it.
  if (error == 0) {
    error = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EACCES), SCMP_SYS(access), 1, SCMP_A1(SCMP_CMP_EQ, W_OK));
  }
  if (error == 0) {
    error = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EACCES), SCMP_SYS(faccessat), 1, SCMP_A2(SCMP_CMP_EQ, W_OK));
  }
  for (const int call : kRefused) {
    if (error == 0) error = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EACCES), call, 0);
  }
  if (error == 0) error = seccomp_load(filter.get());
  if (error != 0) return Fail(Code::kUnavailable, "the kernel does not accept the filter: {}", std::strerror(-error));
  return {};
}

Result<void> Enter(const Jail& jail) {
  const pid_t parent = ::getppid();
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return Fail(Code::kInternal, "cannot give up privileges: {}", std::strerror(errno));
  }
  if (::getppid() != parent) return Fail(Code::kCancelled, "the parent is gone");
  if (::chdir(jail.folder.c_str()) != 0) return Fail(ErrnoError("enter", jail.folder, errno));
  YK_TRY_VOID(LimitResources(jail));
  YK_TRY_VOID(FenceFiles(jail.folder));
  return FilterSystemCalls();
}

}  // namespace

int RunOfficeJail(int argc, char** argv) {
  const auto jail = Parse(argc, argv);
  const auto caged = jail ? Enter(*jail) : Result<void>(Fail(jail.error()));
  if (!caged) {
    std::fprintf(stderr, "yakan-reader: %s\n", caged.error().ToString().c_str());
    return kCannotCage;
  }
  ::execv(argv[jail->program], argv + jail->program);
  std::fprintf(stderr, "yakan-reader: cannot start %s: %s\n", argv[jail->program], std::strerror(errno));
  return kCannotCage + 1;
}

}  // namespace yk::formats
