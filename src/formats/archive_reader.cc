// SPDX-License-Identifier: Apache-2.0
#include "formats/archive_reader.h"

#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "formats/format.h"
#include "formats/zip_package.h"
#include "reader/reason.h"
#include "text/charset.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using reader::Reason;

/// Logs shrink to a two-hundredth, hardly more; below the size nobody minds.
constexpr uint64_t kBombRatio = 250;
constexpr uint64_t kBombBytesMin = uint64_t{100} << 20;
constexpr uint64_t kReserveMax = uint64_t{64} << 20;
constexpr size_t kNamesMax = 10'000;  ///< of those that tell their charset

bool IsDropping(std::string_view name) {
  return name.starts_with("__MACOSX/") || name == ".DS_Store" || name.ends_with("/.DS_Store");
}

/// Uses a locale while it lives.
class LocaleScope {
 public:
  explicit LocaleScope(locale_t locale) : outer_(::uselocale(locale)) {}
  ~LocaleScope() { ::uselocale(outer_); }
  LocaleScope(const LocaleScope&) = delete;
  LocaleScope& operator=(const LocaleScope&) = delete;

 private:
  const locale_t outer_;
};

bool IsTar(std::string_view bytes) { return bytes.size() > 512 && bytes.substr(257, 5) == "ustar"; }

}  // namespace

bool IsArchive(std::string_view bytes) {
  using namespace std::string_view_literals;
  constexpr std::array kSigns = {"PK\x05\x06"sv,
                                 "\x1F\x8B\x08"sv,
                                 "\x28\xB5\x2F\xFD"sv,
                                 "\xFD"
                                 "7zXZ\0"sv,
                                 "MSCF\0"sv,
                                 "7z\xBC\xAF\x27\x1C"sv,
                                 "Rar!\x1A\x07"sv,
                                 "\x1F\x9D"sv};
  if (IsZip(bytes) || IsTar(bytes)) return true;
  if (std::any_of(kSigns.begin(), kSigns.end(), [&](std::string_view sign) { return bytes.starts_with(sign); }))
    return true;
  if (bytes.size() < 24) return false;
  if (bytes.starts_with("BZh") && bytes[3] >= '1' && bytes[3] <= '9') {
    return bytes.substr(4, 6) == "\x31\x41\x59\x26\x53\x59" || bytes.substr(4, 6) == "\x17\x72\x45\x38\x50\x90";
  }
  return bytes.substr(2, 3) == "-lh" && bytes[6] == '-';
}

std::string CompressedName(const std::string& name) {
  constexpr std::array<std::string_view, 8> kEndings = {".gz", ".zst", ".bz2", ".xz", ".z", ".gzip", ".bz", ".zstd"};
  const std::string ending = LowerEnding(name);
  if (ending == ".tgz" || ending == ".tbz2" || ending == ".txz")
    return name.substr(0, name.size() - ending.size()) + ".tar";
  const bool known = std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
  return known && name.size() > ending.size() ? name.substr(0, name.size() - ending.size()) : name;
}

Error TooManyMembers(int members_max) {
  return reader::ReasonError(
      Reason::kResourceLimit,
      fmt::format("the archive has more than {} files; unpack it and read the files themselves", members_max));
}

std::string CharsetOfNames(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += name + "\n";
  const auto together = text::DecodeText(all);
  // Charsets of one byte a character fit anything: a few names in them spoil the text, then most letters decide.
  const auto is_narrow = [](std::string_view charset) {
    return charset.starts_with("windows-") || charset.starts_with("ISO-8859");
  };
  if (together && !is_narrow(together->charset)) return together->charset;
  std::map<std::string, size_t> letters;
  for (const std::string& name : names) {
    if (const auto one = text::DecodeText(name)) {
      letters[one->charset] += static_cast<size_t>(
          std::count_if(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }));
    }
  }
  const auto most = std::max_element(letters.begin(), letters.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == letters.end() ? std::string() : most->first;
}

std::string SafeMemberName(std::string_view raw, std::string_view charset) {
  std::string utf8;
  if (text::IsValidUtf8(raw)) {
    utf8 = raw;
  } else if (auto common = text::DecodeAs(raw, charset); common && !charset.empty()) {
    utf8 = std::move(*common);
  } else if (auto decoded = text::DecodeText(raw)) {
    utf8 = std::move(decoded->text);
  } else {
    utf8 = text::RepairUtf8(raw);
  }
  std::string out;
  std::string part;
  const auto end_part = [&] {
    if (!part.empty() && part != "." && part != "..") out += (out.empty() ? "" : "/") + part;
    part.clear();
  };
  for (const char c : utf8) {
    if (c == '/' || c == '\\') {
      end_part();
    } else {
      part += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '_' : c;
    }
  }
  end_part();
  return out.empty() ? "unnamed" : out;
}

ArchiveReader::ArchiveReader(std::string_view bytes, const reader::ReadOptions& options)
    : bytes_(bytes),
      options_(options),
      locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr), ::freelocale),
      archive_(::archive_read_new(), ::archive_read_free) {}

ArchiveReader::~ArchiveReader() = default;

Result<std::unique_ptr<ArchiveReader>> ArchiveReader::Open(std::string_view bytes, const reader::ReadOptions& options) {
  std::unique_ptr<ArchiveReader> reader(new ArchiveReader(bytes, options));
  const LocaleScope names(reader->locale_.get());
  archive* const a = reader->archive_.get();
  ::archive_read_support_filter_gzip(a);
  ::archive_read_support_filter_bzip2(a);
  ::archive_read_support_filter_xz(a);
  ::archive_read_support_filter_zstd(a);
  ::archive_read_support_filter_compress(a);
  ::archive_read_support_format_zip_seekable(a);
  ::archive_read_support_format_zip_streamable(a);
  ::archive_read_support_format_tar(a);
  ::archive_read_support_format_7zip(a);
  ::archive_read_support_format_lha(a);
  ::archive_read_support_format_rar(a);
  ::archive_read_support_format_rar5(a);
  ::archive_read_support_format_cab(a);
  ::archive_read_support_format_raw(a);
  for (const std::string& password : options.passwords) ::archive_read_add_passphrase(a, password.c_str());
  if (::archive_read_open_memory(a, bytes.data(), bytes.size()) < ARCHIVE_WARN) return Fail(reader->Problem());
  return reader;
}

Result<std::unique_ptr<ArchiveReader>> ArchiveReader::OpenAtFirst(std::string_view bytes,
                                                                  const reader::ReadOptions& options) {
  YK_TRY(std::unique_ptr<ArchiveReader> reader, Open(bytes, options));
  YK_TRY(const bool any, reader->Next());
  if (!any) return Fail(reader::ReasonError(Reason::kNoText, "the archive holds no files; there is nothing to read"));
  if (reader->single() && !reader->compressed()) {
    return Fail(reader::ReasonError(Reason::kCorrupt,
                                    "the file is no archive, whatever its name says; get it again or rename it"));
  }
  return reader;
}

Error ArchiveReader::Problem() const {
  if (::archive_read_has_encrypted_entries(archive_.get()) > 0) {
    return reader::ReasonError(Reason::kEncrypted,
                               options_.passwords.empty()
                                   ? "the archive is encrypted; give its password or unpack it"
                                   : "the archive is encrypted and none of the given passwords opens it");
  }
  const char* why = ::archive_error_string(archive_.get());
  return reader::ReasonError(Reason::kCorrupt, fmt::format("the archive is damaged ({}); get it again",
                                                           why != nullptr ? why : "its end is missing"));
}

Result<bool> ArchiveReader::Next() {
  const LocaleScope names(locale_.get());
  for (;;) {
    const int code = ::archive_read_next_header(archive_.get(), &entry_);
    if (code == ARCHIVE_EOF) return false;
    if (code < ARCHIVE_WARN) return Fail(Problem());
    if (::archive_entry_filetype(entry_) != AE_IFREG && !single()) continue;
    if (::archive_entry_hardlink(entry_) != nullptr) continue;
    const char* raw = ::archive_entry_pathname(entry_);
    if (raw == nullptr) raw = ::archive_entry_pathname_utf8(entry_);
    if (raw == nullptr) raw = "";
    if (!charset_ && !text::IsValidUtf8(raw)) FindCharset();
    std::string name = SafeMemberName(raw, charset_.value_or(""));
    if (IsDropping(name)) continue;
    name_ = Unique(std::move(name));
    return true;
  }
}

/// Looks at the names of all files. Behind a compression that would cost unfolding them all.
void ArchiveReader::FindCharset() {
  charset_ = "";
  if (compressed()) return;
  const auto again = Open(bytes_, options_);
  if (!again) return;
  std::vector<std::string> names;
  archive* const a = (*again)->archive_.get();
  archive_entry* entry = nullptr;
  while (names.size() < kNamesMax && ::archive_read_next_header(a, &entry) >= ARCHIVE_WARN) {
    const char* raw = ::archive_entry_pathname(entry);
    if (raw != nullptr && !text::IsValidUtf8(raw)) names.emplace_back(raw);
  }
  charset_ = CharsetOfNames(names);
}

std::string ArchiveReader::Unique(std::string name) {
  int& count = names_[name];
  if (++count == 1) return name;
  // A second file of the same name in an archive replaces the first when unpacked; here both can be read.
  std::string other = fmt::format("{} ({})", name, count);
  while (names_.contains(other)) other += "'";
  names_[other] = 1;
  return other;
}

bool ArchiveReader::single() const { return ::archive_format(archive_.get()) == ARCHIVE_FORMAT_RAW; }

bool ArchiveReader::compressed() const { return ::archive_filter_code(archive_.get(), 0) != ARCHIVE_FILTER_NONE; }

bool ArchiveReader::streamed() const {
  const int format = ::archive_format(archive_.get()) & ARCHIVE_FORMAT_BASE_MASK;
  return format != ARCHIVE_FORMAT_ZIP && (compressed() || format != ARCHIVE_FORMAT_TAR);
}

uint64_t ArchiveReader::size() const {
  return ::archive_entry_size_is_set(entry_) != 0
             ? static_cast<uint64_t>(std::max<la_int64_t>(0, ::archive_entry_size(entry_)))
             : 0;
}

bool ArchiveReader::encrypted() const { return ::archive_entry_is_data_encrypted(entry_) != 0; }

Result<std::string> ArchiveReader::Data(uint64_t bytes_max) {
  std::string out;
  out.reserve(std::min({size(), bytes_max, kReserveMax}));
  std::vector<char> buffer(size_t{256} << 10);
  for (;;) {
    const la_ssize_t n = ::archive_read_data(archive_.get(), buffer.data(), buffer.size());
    if (n == 0) return out;
    if (n < 0) {
      if (encrypted()) {
        return Fail(reader::ReasonError(Reason::kEncrypted,
                                        options_.passwords.empty()
                                            ? "the file in the archive is encrypted; give its password or unpack it"
                                            : "the file in the archive is encrypted and none of the given passwords "
                                              "opens it"));
      }
      return Fail(Problem());
    }
    unfolded_ += static_cast<uint64_t>(n);
    if (out.size() + static_cast<uint64_t>(n) > bytes_max) {
      return Fail(reader::ReasonError(
          Reason::kResourceLimit,
          fmt::format("{} unfolds to more than the {} bytes that one file may have; unpack it by hand if you trust it",
                      name_, bytes_max)));
    }
    if (unfolded_ > kBombBytesMin && unfolded_ / kBombRatio > bytes_.size()) {
      return Fail(reader::ReasonError(
          Reason::kResourceLimit,
          fmt::format("{} unfolds to more than {} times the size of its archive, as zip bombs do; unpack it by hand if "
                      "you trust it",
                      name_, kBombRatio)));
    }
    out.append(buffer.data(), static_cast<size_t>(n));
  }
}

}  // namespace yk::formats
