// SPDX-License-Identifier: Apache-2.0
#include "formats/debug_commands.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "reader/frame.h"
#include "reader/reason.h"
#include "reader/wire.h"

namespace yk::formats {
namespace {

/// Sleeps in the kernel for ever; only a signal ends it.
void Hang() {
  for (;;) {
    const timespec hour{3600, 0};
    ::nanosleep(&hour, nullptr);
  }
}

/// Says again and again that a piece of work is done.
void Crawl(int socket, int pieces) {
  for (int i = 0; i < pieces; ++i) {
    const timespec pause{0, 500'000'000};
    ::nanosleep(&pause, nullptr);
    if (!reader::SendFrame(socket, reader::EncodeProgress(), -1, std::nullopt)) ::_exit(8);
  }
}

/// Takes memory until there is none.
void EatMemory() {
  std::vector<std::string> hoard;
  for (;;) hoard.emplace_back(size_t{64} << 20, 'x');
}

int Recurse(volatile int* depth) {
  volatile char frame[4096];
  frame[0] = static_cast<char>(*depth);
  if (*depth < 0) return 0;  // never: the compiler would see through a function without an end
  int next = *depth + 1;
  return Recurse(&next) + frame[0];
}

reader::ReadAnswer TextAnswer(std::string text) {
  reader::ReadAnswer answer;
  answer.page_count = 1;
  answer.document.mime = "text/plain";
  answer.document.pages.push_back({.number = 1, .begin = 0, .end = static_cast<int64_t>(text.size())});
  answer.document.text = std::move(text);
  return answer;
}

}  // namespace

Result<reader::ReadAnswer> RunDebugCommand(std::string_view command, int socket) {
  if (command == "crash") ::raise(SIGSEGV);
  if (command == "abort") std::abort();
  if (command == "exit") ::_exit(7);
  if (command == "hang") Hang();
  if (command == "crawl") Crawl(socket, 4);
  if (command == "pretend") Crawl(socket, 1'000'000);
  if (command == "memory") EatMemory();
  if (command == "stack") {
    int depth = 0;
    Recurse(&depth);
  }
  if (command == "socket") ::socket(AF_INET, SOCK_STREAM, 0);
  if (command == "write") ::open("escaped", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (command == "exec") ::execl("/bin/true", "true", nullptr);
  if (command == "garbage") {
    const std::string noise(256, 'z');
    if (::send(socket, noise.data(), noise.size(), MSG_NOSIGNAL) < 0) ::_exit(8);
  }
  if (command == "flood") return TextAnswer(std::string(size_t{8} << 20, 'x'));
  if (command == "lie") {
    reader::ReadAnswer answer = TextAnswer("short");
    answer.document.pages.front().end = 500;
    return answer;
  }
  return TextAnswer("still here");
}

}  // namespace yk::formats
