// SPDX-License-Identifier: Apache-2.0
#include "formats/sandbox.h"

#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "formats/sanitized.h"

namespace yk::formats {
namespace {

Result<void> Limit(__rlimit_resource resource, rlim_t value, const char* what) {
  const rlimit limit{value, value};
  if (::setrlimit(resource, &limit) == 0) return {};
  return Fail(Code::kInternal, "cannot limit the reader's {}: {}", what, std::strerror(errno));
}

Result<void> LimitResources(const SandboxLimits& limits) {
  if (!kSanitized) YK_TRY_VOID(Limit(RLIMIT_AS, limits.memory_bytes, "memory"));
  // The hard limit stays open, so that the pool can grant more to a reader that gets on; this process may not.
  const rlimit cpu{static_cast<rlim_t>(limits.cpu_seconds), RLIM_INFINITY};
  if (::setrlimit(RLIMIT_CPU, &cpu) != 0) {
    return Fail(Code::kInternal, "cannot limit the reader's processor time: {}", std::strerror(errno));
  }
  YK_TRY_VOID(Limit(RLIMIT_FSIZE, 0, "file size"));
  YK_TRY_VOID(Limit(RLIMIT_NOFILE, 64, "open files"));
  return Limit(RLIMIT_CORE, 0, "core dumps");
}

/// What parsers, the C library and the frames need. Files are opened read-only: see AddFileRules.
constexpr std::array kAllowed = {
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(readv),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(lseek),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64),
    SCMP_SYS(fcntl),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(mprotect),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getrandom),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(getcwd),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getrlimit),
    SCMP_SYS(getrusage),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(tgkill),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(sendmsg),
    SCMP_SYS(sendto),
    SCMP_SYS(recvmsg),
    SCMP_SYS(recvfrom),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
};

/// Nothing that reads a document does this by accident: the process dies, and the row says so.
constexpr std::array kDeadly = {
    SCMP_SYS(socket),
    SCMP_SYS(socketpair),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(ptrace),
    SCMP_SYS(creat),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),
    SCMP_SYS(truncate),
    SCMP_SYS(chmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(symlink),
    SCMP_SYS(link),
    SCMP_SYS(mount),
    SCMP_SYS(bpf),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(process_vm_writev),
};

constexpr unsigned kWriteFlags = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND;

/// Read-only opens pass (character maps, fonts); each way to ask for writing kills.
int AddFileRules(scmp_filter_ctx filter) {
  int error =
      seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, kWriteFlags, 0));
  if (error != 0) return error;
  error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, kWriteFlags, 0));
  for (const unsigned flag : {O_WRONLY, O_RDWR, O_CREAT}) {
    if (error != 0) return error;
    error =
        seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, flag, flag));
    if (error != 0) return error;
    error = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, flag, flag));
  }
  return error;
}

Result<void> FilterSystemCalls() {
  // The default is a refusal and not death, so that a C library that tries a newer call first finds the older one.
  const std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(seccomp_init(SCMP_ACT_ERRNO(ENOSYS)), seccomp_release);
  if (filter == nullptr) return Fail(Code::kInternal, "cannot make a system-call filter");
  int error = AddFileRules(filter.get());
  for (const int call : kAllowed) {
    if (error == 0) error = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0);
  }
  // A sanitizer's check of an address writes from it into a pipe.
  if (kSanitized && error == 0) error = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(pipe), 0);
  if (kSanitized && error == 0) error = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(pipe2), 0);
  for (const int call : kDeadly) {
    if (error == 0) error = seccomp_rule_add(filter.get(), SCMP_ACT_KILL_PROCESS, call, 0);
  }
  if (error == 0) error = seccomp_load(filter.get());
  if (error != 0) {
    return Fail(Code::kUnavailable, "the kernel does not accept the reader's system-call filter: {}",
                std::strerror(-error));
  }
  return {};
}

}  // namespace

Result<void> EnterSandbox(const SandboxLimits& limits) {
  const pid_t parent = ::getppid();
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::prctl(PR_SET_DUMPABLE, 0) != 0) {
    return Fail(Code::kInternal, "cannot tie the reader's life to its parent's: {}", std::strerror(errno));
  }
  if (::getppid() != parent) return Fail(Code::kCancelled, "the parent is gone");
  YK_TRY_VOID(LimitResources(limits));
  return FilterSystemCalls();
}

}  // namespace yk::formats
