// SPDX-License-Identifier: Apache-2.0
// What Word and PowerPoint files have in common: relationships between parts, core properties, attributes.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "base/result.h"
#include "formats/document_builder.h"
#include "formats/zip_package.h"

namespace yk::formats {

struct Relationship {
  std::string target;  ///< a part's name; outside links keep their address
  std::string kind;    ///< the last word of its type: "officeDocument", "slide", "notesSlide"
};

/// The relationships of a part ("" = of the package) by id; empty when it has none.
Result<std::map<std::string, Relationship>> ReadRelationships(const ZipPackage& package, std::string_view part);

/// The main part's name: what the package calls its office document, else `usual`.
Result<std::string> MainPart(const ZipPackage& package, std::string_view usual);

/// Title, author, dates and so on from docProps/core.xml.
Result<void> ReadCoreProperties(const ZipPackage& package, DocumentBuilder& out);

/// Attributes and children by their local name, whatever prefix the writer chose.
std::string_view LocalAttribute(const pugi::xml_node& node, std::string_view local_name);
int LocalNumber(const pugi::xml_node& node, std::string_view local_name, int fallback);
pugi::xml_node LocalChild(const pugi::xml_node& node, std::string_view local_name);
/// Whether an on/off property is there and not switched off.
bool IsOn(const pugi::xml_node& parent, std::string_view local_name);

/// Elements nested deeper than this are left out: no office program writes them.
inline constexpr int kXmlDepthMax = 200;

}  // namespace yk::formats
