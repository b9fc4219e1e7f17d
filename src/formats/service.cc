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
#include <vector>

#include "formats/debug_commands.h"
#include "formats/memory_file.h"
#include "formats/office_jail.h"
#include "formats/open_containers.h"
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

/// Which file, in which state. The pool opens a file anew for each request.
struct FileIdentity {
  static FileIdentity Of(const Fd& file) {
    struct stat info {};
    if (!file.valid() || ::fstat(file.get(), &info) != 0) return {};
    return {info.st_dev, info.st_ino, info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec};
  }
  bool operator==(const FileIdentity&) const = default;

  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  time_t seconds = 0;
  long nanoseconds = 0;
};

/// The container whose member was read last, with all that is open in it.
class KeptContainer {
 public:
  Result<reader::ReadAnswer> Read(const reader::ReadRequest& request, const Fd& file) {
    const FileIdentity identity = FileIdentity::Of(file);
    if (!content_ || !(identity == identity_) || request.options.passwords != passwords_ || request.name != name_) {
      Forget();
      YK_TRY(Content content, Content::Map(file));
      content_.emplace(std::move(content));
      identity_ = identity;
      passwords_ = request.options.passwords;
      name_ = request.name;
    }
    return open_.Read(request, content_->bytes());
  }

  void Forget() {
    open_.Forget();
    content_.reset();
  }

 private:
  FileIdentity identity_;
  std::string name_;
  std::vector<std::string> passwords_;
  std::optional<Content> content_;
  OpenContainers open_;
};

Result<reader::ReadAnswer> Answer(const Arguments& arguments, const reader::ReceivedFrame& received,
                                  KeptContainer& kept) {
  YK_TRY(reader::ReadRequest request, reader::DecodeRequest(received.frame));
  request.progress = [] { (void)reader::SendFrame(kSocket, reader::EncodeProgress(), -1, std::nullopt); };
  if (!request.options.member.empty()) return kept.Read(request, received.file);
  kept.Forget();  // its memory is wanted
  YK_TRY(const Content content, Content::Map(received.file));
  if (arguments.debug_commands && request.name.ends_with(".debug")) return RunDebugCommand(content.bytes(), kSocket);
  return ReadContent(request, content.bytes());
}

}  // namespace

int ServeReader(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]).starts_with("--office-jail=")) return RunOfficeJail(argc, argv);
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
  KeptContainer kept;
  const reader::FrameBounds bounds{.json_bytes_max = 1u << 20, .bytes_max = 0};
  for (;;) {
    auto received = reader::ReceiveFrame(kSocket, bounds, std::nullopt);
    if (!received) return received.error().code == Code::kUnavailable ? 0 : 1;
    if (!reader::SendFrame(kSocket, reader::EncodeAnswer(Answer(*arguments, *received, kept)), -1, std::nullopt))
      return 0;
  }
}

}  // namespace yk::formats
