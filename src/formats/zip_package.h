// SPDX-License-Identifier: Apache-2.0
// Office files are zip archives of XML parts (ECMA-376 part 2, ODF 1.2 part 3).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "base/result.h"
#include "reader/read_options.h"

namespace yk::formats {

/// The parts of a package in memory. Names have no leading slash.
class ZipPackage {
 public:
  /// Unpacks the parts that `wanted` names, in one pass. reader::ReasonError: kCorrupt when it is no zip archive or a
  /// part's data is damaged, kEncrypted, kResourceLimit when they unfold to more than limits.expanded_bytes_max.
  static Result<ZipPackage> Open(std::string_view bytes, const reader::ReadLimits& limits,
                                 const std::function<bool(std::string_view name)>& wanted);

  /// Whether the package has a part of this name, unpacked or not.
  bool Has(std::string_view name) const { return parts_.find(name) != parts_.end(); }

  /// An unpacked part; nullptr when there is none.
  const std::string* Find(std::string_view name) const;

  /// Name -> content; parts that were not wanted are empty.
  const std::map<std::string, std::string, std::less<>>& parts() const { return parts_; }

 private:
  std::map<std::string, std::string, std::less<>> parts_;
};

/// Whether this is a zip archive that begins with its first file, as office files do.
bool IsZip(std::string_view bytes);

/// Parses one part. kXmlEntitiesRefused when it declares entities of its own, kCorrupt when it is not well-formed.
/// kAll keeps white space between two elements as well, which is text in OpenDocument's mixed content.
enum class WhiteSpace { kInLeaves, kAll };
Result<void> ParseXml(std::string_view xml, std::string_view part, pugi::xml_document& document,
                      WhiteSpace keep = WhiteSpace::kInLeaves);

/// The element's name without its namespace prefix.
std::string_view LocalName(const pugi::xml_node& node);

}  // namespace yk::formats
