// SPDX-License-Identifier: Apache-2.0
#include "hub/gguf_header.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>

#include "base/file.h"
#include "hub/gguf_cursor.h"
#include "hub/gguf_types.h"
#include "hub/words.h"

namespace yk::hub {
namespace {

constexpr uint32_t kString = 8, kArray = 9;
constexpr uint64_t kKeyMax = 65535, kTextMax = 4096, kTensorNameMax = 1024;
constexpr uint64_t kBlocksMax = 65536;

/// What stands behind the first dot of the keys whose numbers are kept.
constexpr std::string_view kWanted[] = {"context_length",
                                        "block_count",
                                        "embedding_length",
                                        "file_type",
                                        "alignment",
                                        "no",
                                        "count",
                                        "attention.head_count",
                                        "attention.head_count_kv",
                                        "attention.key_length",
                                        "attention.value_length"};

/// Bytes of a value of that type; 0 for strings, arrays and what is not known.
uint32_t SizeOf(uint32_t type) {
  static constexpr std::array<uint8_t, 13> kSizes = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  return type < kSizes.size() ? kSizes[type] : 0;
}

/// Numbers of one key: a scalar, or an array with a number for each block.
struct Figures {
  uint64_t largest = 0, sum = 0, count = 0;
};

class HeaderReader {
 public:
  HeaderReader(const GgufBytes& bytes, const std::string& name) : in_(bytes, name), file_bytes_(bytes.size) {}

  Result<GgufHeader> Read() {
    YK_TRY_VOID(ReadMagic());
    YK_TRY(out_.tensor_count, in_.Number<uint64_t>());
    YK_TRY(const auto pairs, in_.Number<uint64_t>());
    // A pair takes 13 bytes at least, a tensor 24: counts beyond that are lies, and loops over them would never end.
    if (pairs > in_.left() / 13 || out_.tensor_count > in_.left() / 24) return in_.Cut();
    for (uint64_t i = 0; i < pairs; ++i) YK_TRY_VOID(ReadPair());
    for (uint64_t i = 0; i < out_.tensor_count; ++i) YK_TRY_VOID(ReadTensor());
    YK_TRY_VOID(CheckEnd());
    out_.file_bytes = file_bytes_;
    Conclude();
    return out_;
  }

 private:
  Result<void> ReadMagic() {
    std::array<char, 4> magic{};
    if (file_bytes_ < magic.size() || !in_.Take(magic.data(), magic.size()) ||
        std::string_view(magic.data(), magic.size()) != "GGUF") {
      return Fail(Code::kInvalid, "{} is not a GGUF file; model files end in .gguf and begin with these letters",
                  in_.name());
    }
    YK_TRY(out_.version, in_.Number<uint32_t>());
    if ((out_.version & 0xffff) == 0) {
      return Fail(Code::kInvalid, "{} is a GGUF file for big-endian machines; take the usual one", in_.name());
    }
    if (out_.version != 2 && out_.version != 3) {
      return Fail(Code::kInvalid, "{} is a GGUF file of version {}, and this program reads 2 and 3; {}", in_.name(),
                  out_.version, out_.version < 2 ? "convert it again" : "a newer yakan may read it");
    }
    return {};
  }

  Result<uint64_t> Integer(uint32_t type) {
    uint64_t value = 0;
    YK_TRY_VOID(in_.Take(&value, SizeOf(type)));
    switch (type) {  // a negative count is none
      case 1: return static_cast<uint64_t>(std::max<int64_t>(0, static_cast<int8_t>(value)));
      case 3: return static_cast<uint64_t>(std::max<int64_t>(0, static_cast<int16_t>(value)));
      case 5: return static_cast<uint64_t>(std::max<int64_t>(0, static_cast<int32_t>(value)));
      case 11: return static_cast<uint64_t>(std::max<int64_t>(0, static_cast<int64_t>(value)));
      case 6:
      case 12: return uint64_t{0};
      default: return value;
    }
  }

  Result<void> ReadPair() {
    YK_TRY(const std::string key, in_.String(kKeyMax));
    YK_TRY(const auto type, in_.Number<uint32_t>());
    if (type == kArray) return ReadArray(key);
    if (type == kString) {
      out_.chat_template = out_.chat_template || key == "tokenizer.chat_template";
      out_.tokenizer = out_.tokenizer || key == "tokenizer.ggml.model";
      std::string* text = key == "general.architecture" ? &out_.architecture
                          : key == "general.name"       ? &out_.name
                                                        : nullptr;
      if (text == nullptr) return in_.SkipString();
      YK_TRY(*text, in_.String(kTextMax));
      return {};
    }
    if (SizeOf(type) == 0) return in_.Damaged(fmt::format("the value '{}' has the unknown type {}", Shown(key), type));
    YK_TRY(const uint64_t number, Integer(type));
    Keep(key, {number, number, 1});
    return {};
  }

  Result<void> ReadArray(const std::string& key) {
    YK_TRY(const auto type, in_.Number<uint32_t>());
    YK_TRY(const auto count, in_.Number<uint64_t>());
    if (type == kString) {
      if (count > in_.left() / 8) return in_.Cut();
      for (uint64_t i = 0; i < count; ++i) YK_TRY_VOID(in_.SkipString());
      return {};
    }
    const uint32_t size = SizeOf(type);
    if (size == 0) return in_.Damaged(fmt::format("the list '{}' is of the unknown type {}", Shown(key), type));
    if (count > in_.left() / size) return in_.Cut();
    const bool per_block = key.ends_with(".attention.head_count") || key.ends_with(".attention.head_count_kv");
    if (!per_block || count > kBlocksMax) return in_.Skip(count * size);
    Figures figures;
    for (uint64_t i = 0; i < count; ++i) {
      YK_TRY(const uint64_t number, Integer(type));
      figures.largest = std::max(figures.largest, number);
      figures.sum += std::min<uint64_t>(number, UINT32_MAX);
    }
    figures.count = count;
    Keep(key, figures);
    return {};
  }

  void Keep(const std::string& key, const Figures& figures) {
    const size_t dot = key.find('.');
    if (dot == std::string::npos) return;
    const std::string_view suffix = std::string_view(key).substr(dot + 1);
    if (std::find(std::begin(kWanted), std::end(kWanted), suffix) == std::end(kWanted) || figures_.size() > 1000)
      return;
    figures_.emplace(key, figures);
  }

  Figures Of(const std::string& key) const {
    const auto found = figures_.find(key);
    return found == figures_.end() ? Figures{} : found->second;
  }

  Result<void> ReadTensor() {
    YK_TRY(const std::string name, in_.String(kTensorNameMax));
    YK_TRY(const auto dimensions, in_.Number<uint32_t>());
    if (dimensions > 8) return in_.Damaged(fmt::format("the tensor '{}' has {} dimensions", Shown(name), dimensions));
    uint64_t elements = 1;
    bool overflow = false;
    for (uint32_t i = 0; i < dimensions; ++i) {
      YK_TRY(const auto size, in_.Number<uint64_t>());
      overflow = __builtin_mul_overflow(elements, size, &elements) || overflow;
    }
    YK_TRY(const auto type, in_.Number<uint32_t>());
    YK_TRY(const auto offset, in_.Number<uint64_t>());
    const TensorType* known = FindTensorType(type);
    uint64_t bytes = 0, end = 0;
    if (known != nullptr) {
      overflow = __builtin_mul_overflow((elements + known->block_elements - 1) / known->block_elements,
                                        uint64_t{known->block_bytes}, &bytes) ||
                 overflow;
      bytes_of_type_[type] += bytes;
    }
    overflow = __builtin_add_overflow(offset, bytes, &end) ||
               __builtin_add_overflow(out_.parameters, elements, &out_.parameters) || overflow;
    if (overflow) return in_.Damaged(fmt::format("the tensor '{}' is larger than any file", Shown(name)));
    data_end_ = std::max(data_end_, end);
    return {};
  }

  /// A file that ends before its last tensor was cut while it was copied.
  Result<void> CheckEnd() {
    uint64_t alignment = Of("general.alignment").largest;
    if (alignment == 0) alignment = 32;
    if (alignment > (1 << 20)) return in_.Damaged(fmt::format("an alignment of {} bytes", alignment));
    const uint64_t data = (in_.at() + alignment - 1) / alignment * alignment;
    if (__builtin_add_overflow(data, data_end_, &out_.bytes_min)) return in_.Damaged("a tensor beyond any file");
    if (out_.tensor_count == 0) out_.bytes_min = in_.at();
    if (out_.bytes_min <= file_bytes_) return {};
    return Fail(Code::kInvalid, "{} is truncated: it has {} bytes, and its tensors need {}; copy or download it again",
                in_.name(), file_bytes_, out_.bytes_min);
  }

  void Conclude() {
    const std::string prefix = out_.architecture + ".";
    const auto figure = [&](const char* key) { return Of(prefix + key); };
    out_.context_length = figure("context_length").largest;
    out_.block_count = figure("block_count").largest;
    out_.embedding_length = figure("embedding_length").largest;
    out_.head_count = figure("attention.head_count").largest;
    Figures kv = figure("attention.head_count_kv");
    if (kv.count == 0) kv = figure("attention.head_count");
    const uint64_t blocks = std::min(out_.block_count, kBlocksMax);
    out_.kv_heads = kv.count > 1 ? kv.sum : std::min<uint64_t>(kv.largest, UINT32_MAX) * blocks;
    out_.key_length = figure("attention.key_length").largest;
    out_.value_length = figure("attention.value_length").largest;
    const uint64_t head = out_.head_count == 0 ? 0 : out_.embedding_length / out_.head_count;
    if (out_.key_length == 0) out_.key_length = head;
    if (out_.value_length == 0) out_.value_length = head;
    out_.architecture = Shown(out_.architecture);
    out_.name = Shown(out_.name);
    out_.split_index = Of("split.no").largest;
    out_.split_count = std::max<uint64_t>(1, Of("split.count").largest);
    const Figures file_type = Of("general.file_type");
    if (file_type.count > 0) out_.quantization = FileTypeName(file_type.largest);
    if (!out_.quantization.empty() || bytes_of_type_.empty()) return;
    const auto most = std::max_element(bytes_of_type_.begin(), bytes_of_type_.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    out_.quantization = FindTensorType(most->first)->name;
  }

  GgufCursor in_;
  const uint64_t file_bytes_;
  GgufHeader out_;
  std::map<std::string, Figures> figures_;
  std::map<uint32_t, uint64_t> bytes_of_type_;
  uint64_t data_end_ = 0;  ///< from the start of the tensors' data
};

}  // namespace

Result<GgufHeader> ParseGgufHeader(const GgufBytes& bytes, const std::string& name) {
  return HeaderReader(bytes, name).Read();
}

Result<GgufHeader> ReadGgufHeader(const std::filesystem::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) return Fail(ErrnoError("read", path, errno));
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return Fail(ErrnoError("read", path, errno));
  if (!S_ISREG(info.st_mode)) {
    return Fail(Code::kInvalid, "{} is {}, not a model file; name a .gguf file", path.string(),
                S_ISDIR(info.st_mode) ? "a folder" : "a device or a pipe");
  }
  GgufBytes bytes;
  bytes.size = static_cast<uint64_t>(info.st_size);
  bytes.read = [&fd](uint64_t offset, char* to, size_t size) {
    ssize_t got = 0;
    do {
      got = ::pread(fd.get(), to, size, static_cast<off_t>(offset));
    } while (got < 0 && errno == EINTR);
    return got < 0 ? size_t{0} : static_cast<size_t>(got);
  };
  return ParseGgufHeader(bytes, path.string());
}

}  // namespace yk::hub
