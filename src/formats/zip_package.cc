// SPDX-License-Identifier: Apache-2.0
#include "formats/zip_package.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <memory>

#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::Reason;

using ArchivePtr = std::unique_ptr<archive, int (*)(archive*)>;

Error Damaged(archive* reader) {
  const char* why = ::archive_error_string(reader);
  return reader::ReasonError(Reason::kCorrupt,
                             fmt::format("the file is damaged and cannot be unpacked ({}); get it again",
                                         why != nullptr ? why : "no zip archive"));
}

Result<std::string> ReadEntry(archive* reader, uint64_t& budget) {
  std::string out;
  std::array<char, size_t{64} << 10> buffer;
  for (;;) {
    const la_ssize_t n = ::archive_read_data(reader, buffer.data(), buffer.size());
    if (n < 0) return Fail(Damaged(reader));
    if (n == 0) return out;
    if (static_cast<uint64_t>(n) > budget) {
      return Fail(reader::ReasonError(Reason::kResourceLimit,
                                      "the file unfolds to more than one file may have in memory; split it"));
    }
    budget -= static_cast<uint64_t>(n);
    out.append(buffer.data(), static_cast<size_t>(n));
  }
}

/// An entity declaration hides behind a DOCTYPE, which stands before the root element.
bool DeclaresEntities(std::string_view xml) {
  const size_t doctype = xml.substr(0, size_t{64} << 10).find("<!DOCTYPE");
  return doctype != std::string_view::npos && xml.find("<!ENTITY", doctype) != std::string_view::npos;
}

}  // namespace

bool IsZip(std::string_view bytes) { return bytes.starts_with("PK\x03\x04"); }

Result<ZipPackage> ZipPackage::Open(std::string_view bytes, const reader::ReadLimits& limits,
                                    const std::function<bool(std::string_view)>& wanted) {
  const ArchivePtr reader(::archive_read_new(), ::archive_read_free);
  ::archive_read_support_format_zip_seekable(reader.get());
  if (::archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK)
    return Fail(Damaged(reader.get()));
  ZipPackage package;
  uint64_t budget = limits.expanded_bytes_max;
  archive_entry* entry = nullptr;
  for (;;) {
    const int code = ::archive_read_next_header(reader.get(), &entry);
    if (code == ARCHIVE_EOF) break;
    if (code < ARCHIVE_WARN) return Fail(Damaged(reader.get()));
    const char* path = ::archive_entry_pathname(entry);
    if (path == nullptr) continue;
    std::string name = path;
    // Some writers use backslashes, some a leading slash.
    std::replace(name.begin(), name.end(), '\\', '/');
    name.erase(0, name.find_first_not_of('/'));
    if (package.parts_.size() >= static_cast<size_t>(limits.members_max)) {
      return Fail(reader::ReasonError(Reason::kResourceLimit,
                                      fmt::format("the file has more than {} parts", limits.members_max)));
    }
    std::string& content = package.parts_[name];
    if (!wanted(name)) continue;
    if (::archive_entry_is_data_encrypted(entry) != 0) {
      return Fail(reader::ReasonError(Reason::kEncrypted, "the file is encrypted; save it without a password"));
    }
    YK_TRY(content, ReadEntry(reader.get(), budget));
  }
  if (package.parts_.empty()) return Fail(reader::ReasonError(Reason::kCorrupt, "the file is an empty zip archive"));
  return package;
}

const std::string* ZipPackage::Find(std::string_view name) const {
  const auto found = parts_.find(name);
  return found == parts_.end() || found->second.empty() ? nullptr : &found->second;
}

Result<void> ParseXml(std::string_view xml, std::string_view part, pugi::xml_document& document, WhiteSpace keep) {
  if (DeclaresEntities(xml)) {
    return Fail(reader::ReasonError(
        Reason::kXmlEntitiesRefused,
        fmt::format("{} declares XML entities of its own, which no office program does; treat the file as hostile",
                    part)));
  }
  // As a fragment, because what stands beside the root element is skipped in silence otherwise.
  const unsigned spaces = keep == WhiteSpace::kAll ? pugi::parse_ws_pcdata : pugi::parse_ws_pcdata_single;
  const auto parsed = document.load_buffer(xml.data(), xml.size(), pugi::parse_default | spaces | pugi::parse_fragment);
  if (parsed.status == pugi::status_out_of_memory) {
    return Fail(reader::ReasonError(Reason::kResourceLimit,
                                    "reading the file took more memory than one file may have; split the file"));
  }
  if (!parsed) {
    return Fail(reader::ReasonError(Reason::kCorrupt,
                                    fmt::format("{} is not well-formed XML ({} at byte {}); get the file again", part,
                                                parsed.description(), parsed.offset)));
  }
  int roots = 0;
  bool text = false;
  for (const pugi::xml_node& node : document.children()) {
    roots += node.type() == pugi::node_element ? 1 : 0;
    const bool words = node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
    text = text || (words && std::string_view(node.value()).find_first_not_of(" \t\r\n") != std::string_view::npos);
  }
  if (roots == 1 && !text) return {};
  return Fail(reader::ReasonError(
      Reason::kCorrupt, fmt::format("{} is not well-formed XML ({}); get the file again", part,
                                    text ? "text stands outside its root element" : "it needs one root element")));
}

std::string_view LocalName(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace yk::formats
