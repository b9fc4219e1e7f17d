// SPDX-License-Identifier: Apache-2.0
#include "testing/fake_model/answer_maker.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <regex>
#include <unordered_map>

#include "base/json.h"
#include "testing/fake_model/raw_json.h"

namespace yk::testing {
namespace {

constexpr int kShallow = 4;    ///< deeper lists get only the items they must have
constexpr int kDeep = 12;      ///< deeper objects get only the members they must have
constexpr int kDepthMax = 64;  ///< a schema that demands more of itself gets null

bool IsBlank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

size_t CodePoints(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return !IsContinuation(c); }));
}

std::string_view FirstCodePoints(std::string_view text, size_t count) {
  size_t i = 0;
  for (; i < text.size(); ++i) {
    if (IsContinuation(text[i])) continue;
    if (count == 0) break;
    --count;
  }
  return text.substr(0, i);
}

}  // namespace

uint64_t StableHash(std::string_view bytes, uint64_t seed) {
  uint64_t h = seed ^ (bytes.size() * 0x9E3779B97F4A7C15u);
  const auto mix = [&](uint64_t word) {
    h ^= word;
    h *= 0xBF58476D1CE4E5B9u;
    h ^= h >> 31;
  };
  while (bytes.size() >= 8) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    mix(word);
    bytes.remove_prefix(8);
  }
  uint64_t word = 0;
  if (!bytes.empty()) std::memcpy(&word, bytes.data(), bytes.size());
  mix(word);
  mix(0x94D049BB133111EBu);
  return h;
}

uint64_t Dice::Next() {
  uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

std::string_view PieceOf(std::string_view text, Dice& dice, size_t words) {
  if (text.empty()) return text;
  size_t begin = dice.Below(text.size());
  while (begin > 0 && !IsBlank(text[begin - 1])) --begin;
  // Texts without blanks: at least a piece of bounded length.
  size_t end = begin;
  for (size_t n = 0; n < words && end < text.size(); ++n) {
    while (end < text.size() && IsBlank(text[end])) ++end;
    if (n == 0) begin = end;
    while (end < text.size() && !IsBlank(text[end])) ++end;
  }
  std::string_view piece = text.substr(begin, end - begin);
  if (piece.size() > 120) {
    size_t cut = 120;
    while (cut > 0 && IsContinuation(piece[cut])) --cut;
    piece = piece.substr(0, cut);
  }
  return piece;
}

struct AnswerMaker::Node {
  enum class Kind { kNull, kBoolean, kInteger, kNumber, kString, kArray, kObject, kChoice, kEither };
  Kind kind = Kind::kNull;
  bool nullable = false;
  std::vector<std::string> choices;  ///< kChoice: values, already JSON
  struct Member {
    std::string label;  ///< `"key":`
    size_t node = 0;
    bool required = false;
  };
  std::vector<Member> members;  ///< kObject
  std::vector<size_t> prefix;   ///< kArray
  std::optional<size_t> items;
  std::vector<size_t> either;
  double low = 0, high = 1000, step = 1;
  size_t size_min = 0, size_max = SIZE_MAX;
  std::string format;
};

class AnswerMaker::Compiler {
 public:
  Compiler(AnswerMaker& maker, const Json& root) : maker_(maker), root_(root) {}

  /// The node of a schema; each schema has one, so that a schema that refers to itself is a circle and not a tree.
  Result<size_t> Compile(const Json& schema) {
    const auto [known, fresh] = nodes_.emplace(&schema, maker_.nodes_.size());
    if (!fresh) return known->second;
    const size_t index = known->second;
    maker_.nodes_.push_back(std::make_unique<Node>());
    YK_TRY_VOID(Fill(schema, *maker_.nodes_[index]));
    return index;
  }

 private:
  Result<void> Fill(const Json& schema, Node& node) {
    if (schema.is_boolean()) return {};
    if (!schema.is_object()) return Fail(Code::kInvalid, "a schema is an object or a boolean");
    if (schema.contains("$ref")) {
      YK_TRY(const Json* target, Resolve(schema["$ref"]));
      node.kind = Node::Kind::kEither;
      YK_TRY(const size_t index, Compile(*target));
      node.either.push_back(index);
      return {};
    }
    if (schema.contains("const")) {
      node.kind = Node::Kind::kChoice;
      node.choices.push_back(DumpJson(schema["const"]));
      return {};
    }
    if (schema.contains("enum") && !schema["enum"].empty()) {
      node.kind = Node::Kind::kChoice;
      for (const Json& value : schema["enum"]) node.choices.push_back(DumpJson(value));
      return {};
    }
    for (const char* key : {"anyOf", "oneOf", "allOf"}) {
      if (!schema.contains(key) || !schema[key].is_array() || schema[key].empty()) continue;
      node.kind = Node::Kind::kEither;
      for (const Json& one : schema[key]) {
        YK_TRY(const size_t index, Compile(one));
        node.either.push_back(index);
      }
      return {};
    }
    return FillType(schema, node);
  }

  Result<const Json*> Resolve(const Json& ref) {
    const std::string pointer = ref.is_string() ? ref.get<std::string>() : "";
    if (pointer == "#") return &root_;
    if (!pointer.starts_with("#/")) return Fail(Code::kInvalid, "the $ref {} is not a local one", pointer);
    try {
      return &root_.at(Json::json_pointer(pointer.substr(1)));
    } catch (const std::exception&) {
      return Fail(Code::kInvalid, "the $ref {} leads nowhere", pointer);
    }
  }

  static std::string TypeOf(const Json& schema, bool& nullable) {
    const auto it = schema.find("type");
    if (it != schema.end() && it->is_string()) return it->get<std::string>();
    if (it != schema.end() && it->is_array()) {
      std::string type;
      for (const Json& t : *it) {
        if (t == "null")
          nullable = true;
        else if (type.empty() && t.is_string())
          type = t.get<std::string>();
      }
      return type.empty() ? "null" : type;
    }
    if (schema.contains("properties")) return "object";
    if (schema.contains("items")) return "array";
    return "string";
  }

  Result<void> FillType(const Json& schema, Node& node) {
    const std::string type = TypeOf(schema, node.nullable);
    if (type == "null")
      node.kind = Node::Kind::kNull;
    else if (type == "boolean")
      node.kind = Node::Kind::kBoolean;
    else if (type == "integer" || type == "number")
      Numbers(schema, node, type == "integer");
    else if (type == "array")
      return Array(schema, node);
    else if (type == "object")
      return Object(schema, node);
    else
      Strings(schema, node);
    return {};
  }

  static void Numbers(const Json& schema, Node& node, bool integer) {
    node.kind = integer ? Node::Kind::kInteger : Node::Kind::kNumber;
    const auto number = [&](const char* key) -> std::optional<double> {
      const auto it = schema.find(key);
      return it != schema.end() && it->is_number() ? std::optional(it->get<double>()) : std::nullopt;
    };
    node.step = number("multipleOf").value_or(integer ? 1 : 0);
    const double gap = node.step > 0 ? node.step : 1e-6;
    const auto low = number("minimum"), above = number("exclusiveMinimum");
    const auto high = number("maximum"), below = number("exclusiveMaximum");
    if (low || above) node.low = low ? *low : *above + gap;
    node.high = high ? *high : below ? *below - gap : std::max(node.low + 1000, node.high);
    if (!low && !above && node.high < node.low) node.low = node.high - 1000;
  }

  static void Strings(const Json& schema, Node& node) {
    node.kind = Node::Kind::kString;
    node.format = schema.value("format", "");
    node.size_min = schema.value("minLength", size_t{0});
    node.size_max = schema.value("maxLength", SIZE_MAX);
    if (!schema.contains("pattern") || !schema["pattern"].is_string()) return;
    std::vector<std::string> candidates{"2024-03-17", "2024", "12", "7", "A", "abc", "ABC-123", "A123", "03-1234-5678"};
    if (schema.contains("examples") && schema["examples"].is_array()) {
      for (const Json& e : schema["examples"]) {
        if (e.is_string()) candidates.insert(candidates.begin(), e.get<std::string>());
      }
    }
    try {
      const std::regex pattern(schema["pattern"].get<std::string>(), std::regex::ECMAScript);
      for (const std::string& c : candidates) {
        if (std::regex_search(c, pattern)) node.choices.push_back(DumpJson(Json(c)));
      }
    } catch (const std::regex_error&) {
      node.choices.push_back(DumpJson(Json(candidates.front())));
    }
    if (!node.choices.empty()) node.kind = Node::Kind::kChoice;
  }

  Result<void> Array(const Json& schema, Node& node) {
    node.kind = Node::Kind::kArray;
    node.size_min = schema.value("minItems", size_t{0});
    node.size_max = schema.value("maxItems", std::max(node.size_min, size_t{3}));
    if (schema.contains("prefixItems")) {
      for (const Json& one : schema["prefixItems"]) {
        YK_TRY(const size_t index, Compile(one));
        node.prefix.push_back(index);
      }
    }
    if (schema.contains("items") && schema["items"].is_object()) {
      YK_TRY(const size_t index, Compile(schema["items"]));
      node.items = index;
    }
    return {};
  }

  Result<void> Object(const Json& schema, Node& node) {
    node.kind = Node::Kind::kObject;
    const auto properties = schema.find("properties");
    if (properties == schema.end() || !properties->is_object()) return {};
    for (const auto& [key, value] : properties->items()) {
      const auto required = schema.find("required");
      const bool needed =
          required != schema.end() && std::find(required->begin(), required->end(), key) != required->end();
      YK_TRY(const size_t index, Compile(value));
      std::string label;
      AppendEscaped(label, key);
      node.members.push_back({label + ":", index, needed});
    }
    return {};
  }

  AnswerMaker& maker_;
  const Json& root_;
  std::unordered_map<const Json*, size_t> nodes_;
};

class AnswerMaker::Writer {
 public:
  Writer(const AnswerMaker& maker, std::string& out, std::string_view text, uint64_t seed)
      : maker_(maker), out_(out), text_(text), dice_(seed) {}

  void Write(size_t index) {
    const Node& node = *maker_.nodes_[index];
    if (depth_ > kDepthMax || (node.nullable && dice_.Below(8) == 0)) {
      out_.append("null");
      return;
    }
    ++depth_;
    WriteKind(node);
    --depth_;
  }

 private:
  void WriteKind(const Node& node) {
    switch (node.kind) {
      case Node::Kind::kNull: out_.append("null"); return;
      case Node::Kind::kBoolean: out_.append(dice_.Below(2) == 0 ? "false" : "true"); return;
      case Node::Kind::kInteger:
      case Node::Kind::kNumber: return Number(node);
      case Node::Kind::kString: return String(node);
      case Node::Kind::kChoice: out_.append(node.choices[dice_.Below(node.choices.size())]); return;
      case Node::Kind::kEither: return Write(node.either[dice_.Below(node.either.size())]);
      case Node::Kind::kArray: return Array(node);
      case Node::Kind::kObject: return Object(node);
    }
  }

  void Number(const Node& node) {
    if (node.step > 0) {
      const double first = std::ceil(node.low / node.step), last = std::floor(node.high / node.step);
      const double steps = std::max(0.0, last - first);
      const double value = (first + std::floor(dice_.Unit() * (steps + 1))) * node.step;
      if (node.kind == Node::Kind::kInteger || node.step >= 1) {
        fmt::format_to(std::back_inserter(out_), "{}", static_cast<int64_t>(value));
      } else {
        fmt::format_to(std::back_inserter(out_), "{:.10g}", value);
      }
      return;
    }
    fmt::format_to(std::back_inserter(out_), "{:.6g}", node.low + dice_.Unit() * (node.high - node.low));
  }

  void String(const Node& node) {
    if (!node.format.empty() && Format(node.format)) return;
    std::string value(PieceOf(text_, dice_, 1 + dice_.Below(4)));
    if (node.size_max != SIZE_MAX) value = FirstCodePoints(value, node.size_max);
    for (size_t n = CodePoints(value); n < node.size_min; ++n) value.push_back('x');
    AppendEscaped(out_, value);
  }

  bool Format(std::string_view format) {
    const auto year = 2000 + dice_.Below(30), month = 1 + dice_.Below(12), day = 1 + dice_.Below(28);
    const auto put = std::back_inserter(out_);
    if (format == "date")
      fmt::format_to(put, "\"{:04}-{:02}-{:02}\"", year, month, day);
    else if (format == "date-time")
      fmt::format_to(put, "\"{:04}-{:02}-{:02}T08:30:00Z\"", year, month, day);
    else if (format == "time")
      fmt::format_to(put, "\"{:02}:{:02}:00Z\"", month, day);
    else if (format == "email")
      fmt::format_to(put, "\"user{}@example.com\"", year);
    else if (format == "uri")
      fmt::format_to(put, "\"https://example.com/{}\"", year);
    else if (format == "uuid")
      fmt::format_to(put, "\"00000000-0000-4000-8000-{:012x}\"", dice_.Next() >> 16);
    else
      return false;
    return true;
  }

  void Array(const Node& node) {
    const size_t spread = depth_ > kShallow ? 1 : node.size_max - node.size_min + 1;
    size_t count = node.items ? node.size_min + dice_.Below(spread) : node.prefix.size();
    count = std::max(count, node.prefix.size());
    out_.push_back('[');
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) out_.push_back(',');
      Write(i < node.prefix.size() ? node.prefix[i] : *node.items);
    }
    out_.push_back(']');
  }

  void Object(const Node& node) {
    out_.push_back('{');
    bool first = true;
    for (const Node::Member& member : node.members) {
      if (depth_ > kDeep && !member.required) continue;
      if (!std::exchange(first, false)) out_.push_back(',');
      out_.append(member.label);
      Write(member.node);
    }
    out_.push_back('}');
  }

  const AnswerMaker& maker_;
  std::string& out_;
  const std::string_view text_;
  Dice dice_;
  int depth_ = 0;
};

AnswerMaker::AnswerMaker() = default;
AnswerMaker::~AnswerMaker() = default;

Result<std::shared_ptr<const AnswerMaker>> AnswerMaker::Compile(const Json& schema) {
  std::shared_ptr<AnswerMaker> maker(new AnswerMaker());
  Compiler compiler(*maker, schema);
  YK_TRY(maker->root_, compiler.Compile(schema));
  return std::shared_ptr<const AnswerMaker>(std::move(maker));
}

void AnswerMaker::Append(std::string& out, std::string_view text, uint64_t seed) const {
  Writer(*this, out, text, seed).Write(root_);
}

std::string AnswerMaker::WrongAnswer() const {
  const Node& root = *nodes_[root_];
  if (root.kind == Node::Kind::kObject && root.members.empty()) return "[]";
  return root.kind == Node::Kind::kObject ? R"([{"unexpected":1}])" : R"({"unexpected":[null]})";
}

}  // namespace yk::testing
