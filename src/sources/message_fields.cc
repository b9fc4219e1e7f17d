// SPDX-License-Identifier: Apache-2.0
#include "sources/message_fields.h"

#include <string_view>

#include "base/json.h"

namespace yk::sources {
namespace {

/// All values of a metadata field; none when the document has no such field.
std::vector<std::string> Values(const reader::Document& document, std::string_view name) {
  for (const auto& field : document.metadata) {
    if (field.name == name) return field.values;
  }
  return {};
}

std::string Joined(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out.append(out.empty() ? "" : ", ").append(value);
  return out;
}

}  // namespace

std::vector<std::string> MessageColumns() {
  return {"subject", "from", "from_name", "to", "cc", "date", "message_id", "in_reply_to", "attachments", "body_text"};
}

Json MessageFields(const reader::Document& document) {
  Json out = Json::object();
  for (const char* name : {"subject", "date", "message_id", "in_reply_to"}) out[name] = document.MetadataValue(name);
  out["from"] = Joined(Values(document, "from"));
  out["from_name"] = Joined(Values(document, "from_names"));
  out["to"] = Values(document, "to");
  out["cc"] = Values(document, "cc");
  Json& attachments = out["attachments"] = Json::array();
  for (const auto& attachment : document.attachments) attachments.push_back(attachment.name);
  // What is no mail has no words of its own apart from its text.
  out["body_text"] = document.mime == "message/rfc822" ? document.MetadataValue("body_text") : document.text;
  return out;
}

}  // namespace yk::sources
