// SPDX-License-Identifier: Apache-2.0
#include "sources/row_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "sources/row_parsers.h"
#include "text/charset.h"
#include "text/utf8.h"

namespace yk::sources {
namespace fs = std::filesystem;
namespace {

constexpr size_t kPiece = size_t{1} << 18;
constexpr size_t kSampleMax = size_t{256} << 10;
constexpr uint64_t kWholeMax = uint64_t{256} << 20;  ///< files whose charset cannot be read line by line

Result<Fd> OpenFile(const fs::path& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return Fail(ErrnoError("read", path, errno));
  return fd;
}

Result<size_t> ReadPiece(const Fd& fd, const fs::path& path, char* out, size_t size) {
  for (;;) {
    const ssize_t n = ::read(fd.get(), out, size);
    if (n >= 0) return static_cast<size_t>(n);
    if (errno != EINTR) return Fail(ErrnoError("read", path, errno));
  }
}

/// Looks at a stream of bytes and keeps what a charset detector needs.
class CharsetProbe {
 public:
  void Look(std::string_view piece) {
    if (head_.size() < kSampleMax) head_ += piece.substr(0, kSampleMax - head_.size());
    carry_ += piece;
    size_t from = 0;
    while (true) {
      const size_t bad = text::FindInvalidUtf8(std::string_view(carry_).substr(from));
      if (bad == std::string_view::npos) {
        carry_.clear();
        return;
      }
      // Three bytes may be the beginning of a character whose rest is in the next piece.
      if (carry_.size() - from - bad <= 3) {
        carry_.erase(0, from + bad);
        return;
      }
      Sample(from + bad);
      if (sample_.size() >= kSampleMax) {
        carry_.clear();
        return;
      }
      const size_t next = carry_.find('\n', from + bad);
      if (next == std::string::npos) {
        carry_.clear();
        return;
      }
      from = next + 1;
    }
  }

  std::string Charset() {
    if (!carry_.empty()) Sample(0);
    const bool marked = head_.starts_with("\xFF\xFE") || head_.starts_with("\xFE\xFF");
    const bool odd = marked || head_.find('\0') != std::string::npos || head_.find("\x1b$") != std::string::npos;
    if (sample_.empty() && !odd) return "UTF-8";
    auto decoded = text::DecodeText(odd ? head_ : sample_);
    return decoded ? decoded->charset : "UTF-8";
  }

 private:
  /// Keeps the line around `at`.
  void Sample(size_t at) {
    const size_t before = at == 0 ? std::string::npos : carry_.rfind('\n', at - 1);
    const size_t begin = before == std::string::npos ? 0 : before + 1;
    const size_t after = carry_.find('\n', at);
    const size_t end = after == std::string::npos ? carry_.size() : after + 1;
    sample_ += carry_.substr(begin, std::min(end - begin, kSampleMax));
  }

  std::string head_;
  std::string carry_;   ///< bytes not yet known to be UTF-8
  std::string sample_;  ///< lines that are not UTF-8
};

/// Charsets in which a byte below 0x40 always stands for itself, so that lines can be cut before decoding.
bool KeepsLines(std::string_view charset) {
  return !charset.starts_with("UTF-16") && !charset.starts_with("UTF-32") && !charset.starts_with("ISO-2022");
}

Result<LineReader> OpenLines(const fs::path& path, const std::string& shown, const std::string& charset) {
  if (KeepsLines(charset)) return LineReader::Open(path);
  auto bytes = ReadFile(path, kWholeMax);
  if (!bytes) {
    return Fail(std::move(bytes).error().With(fmt::format("{} is in {}, which must be read at once", shown, charset)));
  }
  auto decoded = text::DecodeAs(*bytes, charset);
  if (!decoded) return Fail(std::move(decoded).error().With(shown));
  return LineReader(std::move(*decoded));
}

}  // namespace

Result<FileFacts> InspectFile(const fs::path& path, const std::string& shown) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    return Fail(Code::kInvalid, "{} is a folder; name a file in it", shown);
  }
  YK_TRY(const Fd file, OpenFile(path));
  FileFacts facts;
  Sha256Stream hash;
  CharsetProbe probe;
  std::string piece(kPiece, '\0');
  for (;;) {
    YK_TRY(const size_t n, ReadPiece(file, path, piece.data(), piece.size()));
    if (n == 0) break;
    facts.size += n;
    hash.Update(std::string_view(piece).substr(0, n));
    probe.Look(std::string_view(piece).substr(0, n));
  }
  facts.sha256 = ToHex(hash.Finish());
  facts.charset = probe.Charset();
  return facts;
}

Result<LineReader> LineReader::Open(const fs::path& path) {
  LineReader reader;
  YK_TRY(reader.file_, OpenFile(path));
  reader.path_ = path;
  return reader;
}

Result<void> LineReader::Fill() {
  buffer_.erase(0, at_);
  at_ = 0;
  const size_t have = buffer_.size();
  buffer_.resize(have + kPiece);
  auto n = ReadPiece(file_, path_, buffer_.data() + have, kPiece);
  buffer_.resize(have + (n ? *n : 0));
  if (!n) return Fail(std::move(n).error());
  end_of_file_ = *n == 0;
  return {};
}

Result<std::optional<RawLine>> LineReader::Next() {
  size_t searched = at_;
  size_t end = std::string::npos;
  while ((end = buffer_.find('\n', searched)) == std::string::npos && !end_of_file_ &&
         buffer_.size() - at_ <= kLineBytesMax) {
    const size_t known = buffer_.size() - at_;
    YK_TRY_VOID(Fill());
    searched = known;
  }
  if (at_ == buffer_.size() && end_of_file_) return std::optional<RawLine>();
  const bool too_long = end == std::string::npos && !end_of_file_;
  const size_t stop = end == std::string::npos ? buffer_.size() : end + 1;
  RawLine line{buffer_.substr(at_, stop - at_), offset_, number_, too_long};
  offset_ += stop - at_;
  at_ = stop;
  ++number_;
  // The rest of a line beyond the bound is passed over, so that its neighbours keep their rows.
  while (too_long) {
    end = buffer_.find('\n', at_);
    if (end != std::string::npos || end_of_file_) {
      const size_t rest = end == std::string::npos ? buffer_.size() : end + 1;
      offset_ += rest - at_;
      at_ = rest;
      break;
    }
    offset_ += buffer_.size() - at_;
    at_ = buffer_.size();
    YK_TRY_VOID(Fill());
  }
  return std::optional<RawLine>(std::move(line));
}

Result<std::unique_ptr<RowFile>> RowFile::Open(const fs::path& path, const std::string& shown,
                                               const RowFileOptions& options) {
  YK_TRY(LineReader lines, OpenLines(path, shown, options.charset));
  const bool in_place = KeepsLines(options.charset);
  RowStream stream{std::move(lines), shown, in_place ? options.charset : "UTF-8", in_place};
  switch (options.kind) {
    case RowKind::kCsv: return OpenCsvRows(std::move(stream), options.delimiter);
    case RowKind::kJsonl: return OpenJsonlRows(std::move(stream));
    case RowKind::kLines: break;
  }
  return OpenLineRows(std::move(stream));
}

}  // namespace yk::sources
