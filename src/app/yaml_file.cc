// SPDX-License-Identifier: Apache-2.0
#include "app/yaml_file.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/file.h"
#include "text/utf8.h"

namespace yk::app {
namespace {

constexpr int kDepthMax = 64;
constexpr int kValuesMax = 100000;
constexpr uint64_t kBytesMax = 4 << 20;

/// Core schema of YAML 1.2 (section 10.3.2), but for octal and hexadecimal numbers, which nobody means in a job file.
Json PlainScalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  const char* begin = text.data() + (text[0] == '+' ? 1 : 0);
  const char* end = text.data() + text.size();
  int64_t integer = 0;
  if (const auto read = std::from_chars(begin, end, integer); read.ec == std::errc() && read.ptr == end) return integer;
  double number = 0;
  const auto read = std::from_chars(begin, end, number);
  if (read.ec == std::errc() && read.ptr == end && std::isfinite(number)) return number;
  return text;
}

/// yaml-cpp's words for a tab in the indentation help nobody.
bool BeginsWithTab(std::string_view text, int line) {
  for (; line > 0 && !text.empty(); --line) text.remove_prefix(std::min(text.size(), text.find('\n') + 1));
  const size_t begin = text.find_first_not_of(' ');
  return begin != std::string_view::npos && text[begin] == '\t';
}

class Converter {
 public:
  explicit Converter(const std::string& name) : name_(name), places_(name) {}

  Result<Json> Convert(const YAML::Node& node, const std::string& pointer, int depth) {
    const int line = node.Mark().line + 1;
    if (line > 0) places_.Add(pointer, line);
    if (depth > kDepthMax) return Fail(Code::kInvalid, "{}:{}: nested deeper than {} levels", name_, line, kDepthMax);
    if (++values_ > kValuesMax)
      return Fail(Code::kInvalid, "{}: more than {} values after expanding anchors", name_, kValuesMax);
    switch (node.Type()) {
      case YAML::NodeType::Scalar: return node.Tag() == "!" ? Json(node.Scalar()) : PlainScalar(node.Scalar());
      case YAML::NodeType::Sequence: return List(node, pointer, depth);
      case YAML::NodeType::Map: return Group(node, pointer, depth);
      default: return Json();
    }
  }

  pipeline::Places TakePlaces() { return std::move(places_); }

 private:
  Result<Json> List(const YAML::Node& node, const std::string& pointer, int depth) {
    Json list = Json::array();
    for (size_t i = 0; i < node.size(); ++i) {
      YK_TRY(Json item, Convert(node[i], fmt::format("{}/{}", pointer, i), depth + 1));
      list.push_back(std::move(item));
    }
    return list;
  }

  Result<Json> Group(const YAML::Node& node, const std::string& pointer, int depth) {
    Json group = Json::object();
    for (const auto& member : node) {
      const int line = member.first.Mark().line + 1;
      if (!member.first.IsScalar()) return Fail(Code::kInvalid, "{}:{}: a key must be plain text", name_, line);
      const std::string key = member.first.Scalar();
      if (group.contains(key)) {
        return Fail(Code::kInvalid, "{}:{}: the key '{}' stands twice in this group; remove one", name_, line, key);
      }
      YK_TRY(Json value, Convert(member.second, pointer + "/" + key, depth + 1));
      if (line > 0) places_.Add(pointer + "/" + key, line);
      group[key] = std::move(value);
    }
    return group;
  }

  const std::string& name_;
  pipeline::Places places_;
  int values_ = 0;
};

/// YAML may also be UTF-16, with a mark at its beginning; the parser reads that by itself.
bool HasUtf16Mark(std::string_view text) { return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"); }

}  // namespace

Result<void> CheckIsUtf8(std::string_view text, const std::string& name) {
  const size_t bad = text::FindInvalidUtf8(text);
  if (bad == std::string_view::npos) return {};
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(bad), '\n');
  return Fail(Code::kInvalid, "{}:{}: the file is not UTF-8 (Shift_JIS, perhaps, or Latin-1); save it as UTF-8", name,
              line);
}

Result<YamlDocument> ParseYaml(std::string_view text, const std::string& name) {
  if (!HasUtf16Mark(text)) YK_TRY_VOID(CheckIsUtf8(text, name));
  try {
    const YAML::Node root = YAML::Load(std::string(text));
    Converter converter(name);
    YamlDocument document;
    YK_TRY(document.value, converter.Convert(root, "", 0));
    document.places = converter.TakePlaces();
    return document;
  } catch (const YAML::Exception& error) {
    if (error.mark.is_null()) return Fail(Code::kInvalid, "{}: not valid YAML: {}", name, error.msg);
    const bool tab = BeginsWithTab(text, error.mark.line);
    return Fail(Code::kInvalid, "{}:{}: not valid YAML: {}", name, error.mark.line + 1,
                tab ? "a line begins with a tab; indent with spaces" : error.msg);
  } catch (const std::exception& error) {
    return Fail(Code::kInvalid, "{}: not valid YAML: {}", name, error.what());
  }
}

Result<YamlDocument> ReadYamlFile(const std::filesystem::path& path) {
  YK_TRY(const std::string text, ReadFile(path, kBytesMax));
  return ParseYaml(text, path.filename().string());
}

}  // namespace yk::app
