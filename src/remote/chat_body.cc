// SPDX-License-Identifier: Apache-2.0
#include "remote/chat_body.h"

#include <algorithm>
#include <array>

#include "model/data_fence.h"
#include "text/utf8.h"

namespace yk::remote {
namespace {

constexpr size_t kRemembered = 8;

bool Mentions(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }

/// Keywords of ours and annotations that strict servers refuse.
Json ForTheWire(const Json& schema) {
  if (schema.is_array()) {
    Json out = Json::array();
    for (const auto& item : schema) out.push_back(ForTheWire(item));
    return out;
  }
  if (!schema.is_object()) return schema;
  Json out = Json::object();
  for (const auto& [key, value] : schema.items()) {
    if (key.starts_with("x-") || key == "$schema" || key == "$id") continue;
    // Names of fields are not keywords: a field may be called "x-ray".
    if (key == "properties" || key == "$defs" || key == "definitions" || key == "patternProperties") {
      Json named = Json::object();
      for (const auto& [name, inner] : value.items()) named[name] = ForTheWire(inner);
      out[key] = std::move(named);
    } else if (key == "enum" || key == "const" || key == "default" || key == "examples") {
      out[key] = value;
    } else {
      out[key] = ForTheWire(value);
    }
  }
  return out;
}

}  // namespace

bool Concede(ChatDialect& dialect, const model::Request& request, std::string_view complaint) {
  std::string text(complaint);
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  auto drop = [](bool& flag) { return std::exchange(flag, false); };
  const auto lower_schema_mode = [&] {
    if (!request.schema || dialect.schema_mode == SchemaMode::kText) return false;
    dialect.schema_mode = dialect.schema_mode == SchemaMode::kStrict ? SchemaMode::kJsonObject : SchemaMode::kText;
    return true;
  };
  // Said of the format, names such as "seed" and "temperature" are those of fields.
  if ((Mentions(text, "response_format") || Mentions(text, "json_schema")) && lower_schema_mode()) return true;
  if (!dialect.completion_tokens && Mentions(text, "max_completion_tokens")) return dialect.completion_tokens = true;
  if (Mentions(text, "system") && Mentions(text, "role") && drop(dialect.system_role)) return true;
  if (Mentions(text, "logprobs") && request.sampling.logprobs && drop(dialect.logprobs)) return true;
  if (Mentions(text, "temperature") && drop(dialect.temperature)) return true;
  if (Mentions(text, "top_p") && drop(dialect.top_p)) return true;
  if (Mentions(text, "min_p") && drop(dialect.min_p)) return true;
  if (Mentions(text, "seed") && drop(dialect.seed)) return true;
  static constexpr std::array<std::string_view, 4> kAboutSchemas = {"json_object", "schema", "grammar", "guided"};
  const bool about_schema = std::any_of(kAboutSchemas.begin(), kAboutSchemas.end(),
                                        [&](std::string_view word) { return Mentions(text, word); });
  return about_schema && lower_schema_mode();
}

void AppendJsonEscaped(std::string_view text, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  if (text::FindInvalidUtf8(text) != std::string_view::npos) return AppendJsonEscaped(text::RepairUtf8(text), out);
  size_t done = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, done, i - done);
    done = i + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
    }
  }
  out.append(text, done);
}

std::string Delimited(const model::Part& part) {
  return model::FenceOpening(part.name) + model::InsideFence(part.text) + std::string(model::kFenceClosing);
}

ChatBodies::ChatBodies(std::string_view model) {
  head_ = "{\"model\":\"";
  AppendJsonEscaped(model, head_);
  head_ += "\",\"messages\":[";
}

std::shared_ptr<const std::string> ChatBodies::Escaped(const std::string& text) {
  {
    MutexLock lock(mutex_);
    for (const Fixed& fixed : fixed_) {
      if (fixed.text == text) return fixed.escaped;
    }
  }
  auto escaped = std::make_shared<std::string>();
  AppendJsonEscaped(text, *escaped);
  MutexLock lock(mutex_);
  fixed_.push_front({text, escaped});
  if (fixed_.size() > kRemembered) fixed_.pop_back();
  return escaped;
}

ChatBodies::Tail ChatBodies::TailFor(const std::shared_ptr<const Json>& schema, const ChatDialect& dialect) {
  {
    MutexLock lock(mutex_);
    for (const Tail& tail : tails_) {
      if (tail.schema == schema && tail.dialect.schema_mode == dialect.schema_mode) return tail;
    }
  }
  const std::string wire = DumpJson(ForTheWire(*schema));
  std::string format, instruction;
  if (dialect.schema_mode == SchemaMode::kStrict) {
    format =
        ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\",\"strict\":true,"
        "\"schema\":" +
        wire + "}}";
  } else {
    if (dialect.schema_mode == SchemaMode::kJsonObject) format = ",\"response_format\":{\"type\":\"json_object\"}";
    AppendJsonEscaped(
        "\n\nAnswer with one JSON object that satisfies this JSON Schema, and with nothing else:\n" + wire,
        instruction);
  }
  Tail tail{schema, dialect, std::make_shared<const std::string>(std::move(format)),
            std::make_shared<const std::string>(std::move(instruction))};
  MutexLock lock(mutex_);
  tails_.push_front(tail);
  if (tails_.size() > kRemembered) tails_.pop_back();
  return tail;
}

std::string ChatBodies::Render(const model::Request& request, const ChatDialect& dialect) {
  const auto& parts = request.parts;
  size_t first_row = 0;
  size_t bytes = 1024;
  while (first_row < parts.size() && parts[first_row].kind == model::Part::Kind::kFixed) ++first_row;
  for (const auto& part : parts) bytes += part.text.size() + part.text.size() / 16;
  // Without row text there must still be a question: then the fixed text is the user's.
  const size_t system_parts = dialect.system_role && first_row < parts.size() ? first_row : 0;

  std::string body;
  body.reserve(bytes);
  body = head_;
  if (system_parts > 0) {
    body += "{\"role\":\"system\",\"content\":\"";
    for (size_t i = 0; i < system_parts; ++i) body += *Escaped(parts[i].text);
    body += "\"},";
  }
  body += "{\"role\":\"user\",\"content\":\"";
  for (size_t i = system_parts; i < parts.size(); ++i) {
    if (parts[i].kind == model::Part::Kind::kFixed)
      body += *Escaped(parts[i].text);
    else
      AppendJsonEscaped(Delimited(parts[i]), body);
  }
  Tail tail;
  if (request.schema) {
    tail = TailFor(request.schema, dialect);
    body += *tail.instruction;
  }
  body += "\"}]";
  const model::Sampling& sampling = request.sampling;
  auto out = std::back_inserter(body);
  fmt::format_to(out, ",\"{}\":{}", dialect.completion_tokens ? "max_completion_tokens" : "max_tokens",
                 sampling.tokens_max);
  if (dialect.temperature) fmt::format_to(out, ",\"temperature\":{}", sampling.temperature);
  if (dialect.top_p && sampling.top_p != 1) fmt::format_to(out, ",\"top_p\":{}", sampling.top_p);
  if (dialect.min_p && sampling.min_p != 0) fmt::format_to(out, ",\"min_p\":{}", sampling.min_p);
  if (dialect.seed) fmt::format_to(out, ",\"seed\":{}", sampling.seed);
  if (dialect.logprobs && sampling.logprobs) body += ",\"logprobs\":true";
  if (request.schema) body += *tail.response_format;
  body += '}';
  return body;
}

}  // namespace yk::remote
