// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace yk::reader {

/// How a process ended.
struct Ending {
  int exit_status = 0;       ///< when signal is 0
  int signal = 0;            ///< what killed it
  uint64_t memory_peak = 0;  ///< resident, bytes
};

/// A running program with a socket on its standard input. Killed, if still alive, when the object goes.
class ChildProcess {
 public:
  /// Starts `program` in a process group of its own (a Ctrl-C for the parent does not reach it), with no other open
  /// file, a minimal environment behind `environment` ("NAME=value"), and default signals. Must be called on a thread
  /// that outlives the child, because the child asks to die with that thread.
  static Result<ChildProcess> Start(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                                    std::vector<std::string> environment = {});

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();

  int socket() const { return socket_.get(); }
  pid_t pid() const { return pid_; }

  /// Lets it use this much more processor time than it might until now.
  void GrantCpu(std::chrono::seconds more);

  /// Kills it and waits for its end, or gives the end it already had.
  Ending Kill();

 private:
  ChildProcess(pid_t pid, Fd socket) : pid_(pid), socket_(std::move(socket)) {}
  pid_t pid_ = -1;
  Fd socket_;
};

}  // namespace yk::reader
