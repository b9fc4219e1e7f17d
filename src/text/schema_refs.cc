// SPDX-License-Identifier: Apache-2.0
#include "text/schema_refs.h"

#include <charconv>
#include <vector>

#include "text/schema_program.h"

namespace yk::text {
namespace {

constexpr int kDepthMax = 200;

struct Uri {
  std::string_view scheme, authority, path, query, fragment;
  bool has_authority = false, has_query = false;
};

Uri SplitUri(std::string_view text) {
  Uri uri;
  if (const auto hash = text.find('#'); hash != std::string_view::npos) {
    uri.fragment = text.substr(hash + 1);
    text = text.substr(0, hash);
  }
  if (const auto colon = text.find_first_of(":/?"); colon != std::string_view::npos && text[colon] == ':') {
    uri.scheme = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (const auto mark = text.find('?'); mark != std::string_view::npos) {
    uri.query = text.substr(mark + 1);
    uri.has_query = true;
    text = text.substr(0, mark);
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const auto slash = text.find('/');
    uri.authority = text.substr(0, slash);
    uri.has_authority = true;
    text = slash == std::string_view::npos ? std::string_view() : text.substr(slash);
  }
  uri.path = text;
  return uri;
}

std::string RemoveDotSegments(std::string_view path) {
  std::vector<std::string_view> kept;
  const bool absolute = path.starts_with('/');
  if (absolute) path.remove_prefix(1);
  bool directory = false;
  while (true) {
    const auto slash = path.find('/');
    const auto segment = path.substr(0, slash);
    directory = segment == "." || segment == "..";
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (segment != ".") {
      kept.push_back(segment);
    }
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  std::string out = absolute ? "/" : "";
  for (size_t i = 0; i < kept.size(); ++i) {
    if (i > 0) out += '/';
    out += kept[i];
  }
  if (directory && !out.ends_with('/')) out += '/';
  return out;
}

std::string PercentDecoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr == text.data() + i + 3) {
      out += static_cast<char>(value);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string Unescaped(std::string_view token) {
  std::string out;
  for (size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1')) {
      out += token[++i] == '0' ? '~' : '/';
    } else {
      out += token[i];
    }
  }
  return out;
}

}  // namespace

std::string JoinPointer(std::string_view pointer, std::string_view token) {
  std::string out(pointer);
  out += '/';
  for (const char c : token) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string ResolveUri(std::string_view base, std::string_view reference) {
  const Uri from = SplitUri(base);
  Uri to = SplitUri(reference);
  std::string path;
  if (!to.scheme.empty() || to.has_authority) {
    path = to.has_authority ? RemoveDotSegments(to.path) : std::string(to.path);
    if (to.path.empty()) path.clear();
  } else if (to.path.empty()) {
    path = from.path;
    if (!to.has_query) {
      to.query = from.query;
      to.has_query = from.has_query;
    }
  } else if (to.path.starts_with('/')) {
    path = RemoveDotSegments(to.path);
  } else {
    const auto slash = from.path.rfind('/');
    std::string merged = from.has_authority && from.path.empty() ? "/" : "";
    if (slash != std::string_view::npos) merged = from.path.substr(0, slash + 1);
    path = RemoveDotSegments(merged + std::string(to.path));
  }
  if (to.scheme.empty()) {
    to.scheme = from.scheme;
    if (!to.has_authority) {
      to.authority = from.authority;
      to.has_authority = from.has_authority;
    }
  }
  std::string out;
  if (!to.scheme.empty()) out.append(to.scheme).append(":");
  if (to.has_authority) out.append("//").append(to.authority);
  out += path;
  if (to.has_query) out.append("?").append(to.query);
  if (!to.fragment.empty()) out.append("#").append(to.fragment);
  return out;
}

SchemaRefs::SchemaRefs(const Json& document, bool ref_hides_siblings)
    : document_(document), ref_hides_siblings_(ref_hides_siblings) {
  resources_[""] = "";
  Walk(document, "", "", 0);
}

void SchemaRefs::Walk(const Json& schema, const std::string& pointer, std::string base, int depth) {
  if (!schema.is_object() || depth > kDepthMax) return;
  const auto text_of = [&](const char* key) -> const std::string* {
    const auto found = schema.find(key);
    return found != schema.end() && found->is_string() ? found->get_ptr<const std::string*>() : nullptr;
  };
  const bool names_hidden = ref_hides_siblings_ && schema.contains("$ref");
  if (const auto* id = text_of("$id"); id && !names_hidden) {
    std::string uri = ResolveUri(base, *id);
    const auto hash = uri.find('#');
    if (hash != std::string::npos && hash + 1 < uri.size()) anchors_.emplace(uri, pointer);
    if (!id->starts_with('#')) {
      base = uri.substr(0, hash);
      resources_.emplace(base, pointer);
    }
  }
  for (const char* key : {"$anchor", "$dynamicAnchor"}) {
    if (const auto* name = text_of(key); name && !names_hidden) anchors_.emplace(base + "#" + *name, pointer);
  }
  bases_[pointer] = base;
  WalkChildren(schema, pointer, base, depth);
}

void SchemaRefs::WalkChildren(const Json& schema, const std::string& pointer, const std::string& base, int depth) {
  static constexpr std::string_view kMaps[] = {"properties",  "patternProperties", "$defs",
                                               "definitions", "dependentSchemas",  "dependencies"};
  static constexpr std::string_view kSingles[] = {
      "items", "additionalProperties", "additionalItems",      "contains", "propertyNames", "not", "if", "then",
      "else",  "unevaluatedItems",     "unevaluatedProperties"};
  static constexpr std::string_view kLists[] = {"allOf", "anyOf", "oneOf", "prefixItems", "items"};
  for (const auto key : kMaps) {
    const auto found = schema.find(key);
    if (found == schema.end() || !found->is_object()) continue;
    const auto at = JoinPointer(pointer, key);
    for (const auto& [name, child] : found->items()) Walk(child, JoinPointer(at, name), base, depth + 1);
  }
  for (const auto key : kSingles) {
    if (const auto found = schema.find(key); found != schema.end()) {
      Walk(*found, JoinPointer(pointer, key), base, depth + 1);
    }
  }
  for (const auto key : kLists) {
    const auto found = schema.find(key);
    if (found == schema.end() || !found->is_array()) continue;
    const auto at = JoinPointer(pointer, key);
    for (size_t i = 0; i < found->size(); ++i) Walk((*found)[i], JoinPointer(at, std::to_string(i)), base, depth + 1);
  }
}

const std::string& SchemaRefs::BaseOf(std::string_view pointer) const {
  static const std::string kNone;
  while (true) {
    if (const auto found = bases_.find(std::string(pointer)); found != bases_.end()) return found->second;
    const auto slash = pointer.rfind('/');
    if (slash == std::string_view::npos) return kNone;
    pointer = pointer.substr(0, slash);
  }
}

std::optional<std::string> SchemaRefs::Resolve(std::string_view pointer, std::string_view ref) const {
  const std::string uri = ResolveUri(BaseOf(pointer), ref);
  const auto hash = uri.find('#');
  const std::string fragment = hash == std::string::npos ? "" : PercentDecoded(uri.substr(hash + 1));
  if (!fragment.empty() && fragment.front() != '/') {
    const auto anchor = anchors_.find(uri);
    return anchor == anchors_.end() ? std::nullopt : std::optional(anchor->second);
  }
  const auto resource = resources_.find(uri.substr(0, hash));
  if (resource == resources_.end()) return std::nullopt;
  std::string target = resource->second + fragment;
  if (!At(target)) return std::nullopt;
  return target;
}

const Json* SchemaRefs::At(std::string_view pointer) const {
  const Json* at = &document_;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const auto slash = pointer.find('/');
    const std::string token = Unescaped(pointer.substr(0, slash));
    pointer = slash == std::string_view::npos ? std::string_view() : pointer.substr(slash);
    if (at->is_object()) {
      const auto found = at->find(token);
      if (found == at->end()) return nullptr;
      at = &*found;
    } else if (at->is_array()) {
      size_t index = 0;
      const auto end = token.data() + token.size();
      if (token.empty() || std::from_chars(token.data(), end, index).ptr != end || index >= at->size()) return nullptr;
      at = &(*at)[index];
    } else {
      return nullptr;
    }
  }
  return at;
}

}  // namespace yk::text
