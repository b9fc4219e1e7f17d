// SPDX-License-Identifier: Apache-2.0
#include "formats/service.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <charconv>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "formats/debug_commands.h"
#include "formats/memory_file.h"
#include "formats/read_file.h"
#include "formats/sandbox.h"
#include "reader/frame.h"
#include "reader/reason.h"
#include "reader/wire.h"

namespace yk::formats {
namespace {

constexpr int kSocket = 0;

struct Arguments {
  SandboxLimits limits;
  bool debug_commands = false;
};

template <typename T>
bool TakeNumber(std::string_view word, std::string_view name, T& out) {
  if (!word.starts_with(name)) return false;
  word.remove_prefix(name.size());
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), out);
  return error == std::errc() && end == word.data() + word.size();
}

std::optional<Arguments> ParseArguments(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--debug-commands") {
      arguments.debug_commands = true;
    } else if (!TakeNumber(word, "--memory=", arguments.limits.memory_bytes) &&
               !TakeNumber(word, "--cpu=", arguments.limits.cpu_seconds)) {
      return std::nullopt;
    }
  }
  return arguments;
}

/// A file's content, mapped: a file that shrinks meanwhile ends this process and costs that document.
class Content {
 public:
  static Result<Content> Map(const Fd& file) {
    struct stat info {};
    if (!file.valid() || ::fstat(file.get(), &info) != 0) {
      return Fail(reader::ReasonError(reader::Reason::kCorrupt, "the file could not be opened"));
    }
    if (info.st_size == 0) return Fail(reader::ReasonError(reader::Reason::kEmptyFile, "the file is empty"));
    const auto size = static_cast<size_t>(info.st_size);
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (data == MAP_FAILED) {
      return Fail(reader::ReasonError(reader::Reason::kResourceLimit,
                                      "the file is larger than the memory one file may have; split the file"));
    }
    return Content({static_cast<const char*>(data), size});
  }
  Content(Content&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  ~Content() {
    if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
  }
  Content(const Content&) = delete;
  Content& operator=(const Content&) = delete;
  Content& operator=(Content&&) = delete;

  std::string_view bytes() const { return bytes_; }

 private:
  explicit Content(std::string_view bytes) : bytes_(bytes) {}
  std::string_view bytes_;
};

Result<reader::ReadAnswer> Answer(const Arguments& arguments, const reader::ReceivedFrame& received) {
  YK_TRY(reader::ReadRequest request, reader::DecodeRequest(received.frame));
  request.progress = [] { (void)reader::SendFrame(kSocket, reader::EncodeProgress(), -1, std::nullopt); };
  YK_TRY(const Content content, Content::Map(received.file));
  if (arguments.debug_commands && request.name.ends_with(".debug")) return RunDebugCommand(content.bytes(), kSocket);
  return ReadContent(request, content.bytes());
}

}  // namespace

int ServeReader(int argc, char** argv) {
  const auto arguments = ParseArguments(argc, argv);
  struct stat info {};
  if (!arguments || ::fstat(kSocket, &info) != 0 || !S_ISSOCK(info.st_mode)) {
    std::fputs("yakan-reader reads documents for yakan and is started by it; it has no use of its own.\n", stderr);
    return 2;
  }
  // Without it some formats cannot be read, and say so themselves.
  (void)MemoryFile::Prepare();
  if (auto caged = EnterSandbox(arguments->limits); !caged) {
    std::fprintf(stderr, "yakan-reader: %s\n", caged.error().ToString().c_str());
    // The pool is told as well, because nobody may be reading this process's errors.
    const auto refusal = Fail(reader::ReasonError(reader::Reason::kResourceLimit, caged.error().message));
    (void)reader::SendFrame(kSocket, reader::EncodeAnswer(refusal), -1, std::nullopt);
    return 1;
  }
  const reader::FrameBounds bounds{.json_bytes_max = 1u << 20, .bytes_max = 0};
  for (;;) {
    auto received = reader::ReceiveFrame(kSocket, bounds, std::nullopt);
    if (!received) return received.error().code == Code::kUnavailable ? 0 : 1;
    if (!reader::SendFrame(kSocket, reader::EncodeAnswer(Answer(*arguments, *received)), -1, std::nullopt)) return 0;
  }
}

}  // namespace yk::formats
