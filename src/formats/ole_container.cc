// SPDX-License-Identifier: Apache-2.0
#include "formats/ole_container.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "formats/little_endian.h"

namespace yk::formats {
namespace {

using namespace std::string_view_literals;

constexpr auto kSignature = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv;
constexpr uint32_t kSectorsMax = 0xFFFFFFFA;  ///< numbers from here on have other meanings
constexpr size_t kEntrySize = 128;
constexpr size_t kSmallSectorBytesMax = 4096;

uint32_t Number(std::string_view bytes, size_t at, size_t width = 4) {
  return static_cast<uint32_t>(LittleEndianNumber(bytes, at, width));
}

/// The name as a directory entry begins.
std::string StoredName(std::u16string_view name) {
  std::string stored;
  for (const char16_t unit : name) {
    stored += static_cast<char>(unit & 0xFF);
    stored += static_cast<char>(unit >> 8);
  }
  return stored + std::string("\0\0"sv);
}

bool IsEntry(std::string_view entry, std::string_view stored_name) {
  return entry.starts_with(stored_name) && Number(entry, 64, 2) == stored_name.size();
}

class Container {
 public:
  explicit Container(std::string_view bytes)
      : bytes_(bytes), sector_size_(size_t{1} << std::min(Number(bytes, 30, 2), 20u)) {
    ReadTable();
  }

  std::string Stream(std::u16string_view name) const {
    const std::string stored = StoredName(name);
    const std::string directory = Chain(Number(bytes_, 48), bytes_.size());
    for (size_t at = 0; at + kEntrySize <= directory.size(); at += kEntrySize) {
      const std::string_view entry = std::string_view(directory).substr(at, kEntrySize);
      if (!IsEntry(entry, stored)) continue;
      const uint64_t size = SizeOf(entry);
      if (size > bytes_.size()) return {};
      const uint32_t first = Number(entry, 116);
      return size < Number(bytes_, 56) ? SmallStream(directory, first, size) : Chain(first, size);
    }
    return {};
  }

 private:
  /// Of a stream; the upper half is used by files with large sectors only, others may hold anything there.
  uint64_t SizeOf(std::string_view entry) const {
    const uint64_t upper = sector_size_ > 512 ? Number(entry, 124) : 0;
    return upper << 32 | Number(entry, 120);
  }

  /// The sectors of a chain, joined; at most `size_max` bytes.
  std::string Chain(uint32_t sector, uint64_t size_max) const {
    std::string out;
    // A chain that is longer than the table goes in circles.
    for (size_t steps = 0; sector < table_.size() && steps <= table_.size() && out.size() < size_max; ++steps) {
      out += Sector(sector);
      sector = table_[sector];
    }
    if (out.size() > size_max) out.resize(size_max);
    return out;
  }

  /// Short streams share a stream, that of the directory's first entry, in small sectors with a table of their own.
  std::string SmallStream(std::string_view directory, uint32_t sector, uint64_t size) const {
    const size_t sector_bytes = size_t{1} << std::min(Number(bytes_, 32, 2), 20u);
    if (sector_bytes > kSmallSectorBytesMax) return {};
    const std::string shared = Chain(Number(directory, 116), std::min<uint64_t>(SizeOf(directory), bytes_.size()));
    const std::string table = Chain(Number(bytes_, 60), bytes_.size());
    std::string out;
    for (size_t steps = 0; steps * 4 <= table.size() && out.size() < size; ++steps) {
      const uint64_t at = uint64_t{sector} * sector_bytes;
      if (at >= shared.size() || uint64_t{sector} * 4 >= table.size()) break;
      out += std::string_view(shared).substr(at, sector_bytes);
      sector = Number(table, size_t{sector} * 4);
    }
    if (out.size() > size) out.resize(size);
    return out;
  }

  std::string_view Sector(uint32_t number) const {
    const uint64_t at = (uint64_t{number} + 1) * sector_size_;
    return at < bytes_.size() ? bytes_.substr(at, sector_size_) : std::string_view();
  }

  void AddTableSector(uint32_t number) {
    const std::string_view sector = Sector(number);
    for (size_t at = 0; at + 4 <= sector.size(); at += 4) table_.push_back(Number(sector, at));
  }

  /// The table of sectors: 109 parts of it are named in the header, further ones in sectors of their own.
  void ReadTable() {
    const size_t parts_max = bytes_.size() / sector_size_ / (sector_size_ / 4) + 2;
    size_t parts = 0;
    for (size_t at = 76; at < 512 && parts < parts_max; at += 4) {
      const uint32_t number = Number(bytes_, at);
      if (number >= kSectorsMax) return;
      AddTableSector(number);
      ++parts;
    }
    uint32_t more = Number(bytes_, 68);
    while (more < kSectorsMax && parts < parts_max) {
      const std::string_view sector = Sector(more);
      if (sector.size() < sector_size_) return;
      for (size_t at = 0; at + 8 <= sector_size_ && parts < parts_max; at += 4, ++parts) {
        if (Number(sector, at) < kSectorsMax) AddTableSector(Number(sector, at));
      }
      more = Number(sector, sector_size_ - 4);
    }
  }

  const std::string_view bytes_;
  const size_t sector_size_;
  std::vector<uint32_t> table_;  ///< per sector: the next of its chain
};

}  // namespace

std::string ReadOleStream(std::string_view bytes, std::u16string_view name) {
  const uint32_t shift = Number(bytes, 30, 2);
  if (!bytes.starts_with(kSignature) || bytes.size() < 1024 || shift < 7 || shift > 20) return {};
  return Container(bytes).Stream(name);
}

}  // namespace yk::formats
