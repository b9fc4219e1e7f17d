// SPDX-License-Identifier: Apache-2.0
#include "formats/ooxml.h"

#include <array>
#include <charconv>
#include <utility>
#include <vector>

namespace yk::formats {
namespace {

std::string_view Folder(std::string_view part) {
  const size_t slash = part.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : part.substr(0, slash + 1);
}

/// "../notesSlides/n1.xml" seen from "ppt/slides/" is "ppt/notesSlides/n1.xml".
std::string Resolve(std::string_view folder, std::string_view target) {
  std::string path =
      target.starts_with('/') ? std::string(target.substr(1)) : std::string(folder) + std::string(target);
  std::vector<std::string_view> parts;
  for (std::string_view rest = path; !rest.empty();) {
    const size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
  }
  std::string out;
  for (const std::string_view part : parts) out += (out.empty() ? "" : "/") + std::string(part);
  return out;
}

}  // namespace

Result<std::map<std::string, Relationship>> ReadRelationships(const ZipPackage& package, std::string_view part) {
  std::map<std::string, Relationship> out;
  const std::string_view folder = Folder(part);
  const std::string name = fmt::format("{}_rels/{}.rels", folder, part.substr(folder.size()));
  const std::string* xml = package.Find(name);
  if (xml == nullptr) return out;
  pugi::xml_document document;
  YK_TRY_VOID(ParseXml(*xml, name, document));
  for (const pugi::xml_node& node : document.document_element().children()) {
    const std::string_view type = node.attribute("Type").value();
    const bool outside = std::string_view(node.attribute("TargetMode").value()) == "External";
    const std::string_view target = node.attribute("Target").value();
    out[node.attribute("Id").value()] = {outside ? std::string(target) : Resolve(folder, target),
                                         std::string(type.substr(type.rfind('/') + 1))};
  }
  return out;
}

Result<std::string> MainPart(const ZipPackage& package, std::string_view usual) {
  YK_TRY(const auto relationships, ReadRelationships(package, ""));
  for (const auto& [id, relationship] : relationships) {
    if (relationship.kind == "officeDocument" && package.Find(relationship.target) != nullptr)
      return relationship.target;
  }
  return std::string(usual);
}

Result<void> ReadCoreProperties(const ZipPackage& package, DocumentBuilder& out) {
  const std::string* xml = package.Find("docProps/core.xml");
  if (xml == nullptr) return {};
  pugi::xml_document document;
  YK_TRY_VOID(ParseXml(*xml, "docProps/core.xml", document));
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kNames = {{{"creator", "author"},
                                                                                    {"lastModifiedBy", "modified_by"},
                                                                                    {"created", "created"},
                                                                                    {"modified", "modified"},
                                                                                    {"subject", "subject"},
                                                                                    {"description", "description"},
                                                                                    {"keywords", "keywords"},
                                                                                    {"category", "category"},
                                                                                    {"language", "language"}}};
  for (const pugi::xml_node& node : document.document_element().children()) {
    if (LocalName(node) == "title") out.Title(node.text().get());
    for (const auto& [theirs, ours] : kNames) {
      if (LocalName(node) == theirs) out.Metadata(ours, node.text().get());
    }
  }
  return {};
}

std::string_view LocalAttribute(const pugi::xml_node& node, std::string_view local_name) {
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    std::string_view name = attribute.name();
    name.remove_prefix(name.rfind(':') + 1);
    if (name == local_name) return attribute.value();
  }
  return {};
}

int LocalNumber(const pugi::xml_node& node, std::string_view local_name, int fallback) {
  const std::string_view text = LocalAttribute(node, local_name);
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? value : fallback;
}

pugi::xml_node LocalChild(const pugi::xml_node& node, std::string_view local_name) {
  for (const pugi::xml_node& child : node.children()) {
    if (LocalName(child) == local_name) return child;
  }
  return {};
}

bool IsOn(const pugi::xml_node& parent, std::string_view local_name) {
  const pugi::xml_node node = LocalChild(parent, local_name);
  if (!node) return false;
  const std::string_view value = LocalAttribute(node, "val");
  return value != "0" && value != "false" && value != "off";
}

}  // namespace yk::formats
