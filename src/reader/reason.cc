// SPDX-License-Identifier: Apache-2.0
#include "reader/reason.h"

#include <array>
#include <utility>

namespace yk::reader {
namespace {

constexpr std::array<std::pair<Reason, std::string_view>, 10> kNames = {{
    {Reason::kEncrypted, "encrypted"},
    {Reason::kCorrupt, "corrupt"},
    {Reason::kEmptyFile, "empty_file"},
    {Reason::kNoPages, "no_pages"},
    {Reason::kNoText, "no_text"},
    {Reason::kNoTextLayer, "no_text_layer"},
    {Reason::kUnmappableText, "unmappable_text"},
    {Reason::kResourceLimit, "resource_limit"},
    {Reason::kUnsupported, "unsupported"},
    {Reason::kXmlEntitiesRefused, "xml_entities_refused"},
}};

}  // namespace

std::string_view ReasonName(Reason reason) {
  for (const auto& [value, name] : kNames) {
    if (value == reason) return name;
  }
  return "corrupt";
}

std::optional<Reason> ParseReason(std::string_view name) {
  for (const auto& [value, known] : kNames) {
    if (known == name) return value;
  }
  return std::nullopt;
}

Error ReasonError(Reason reason, std::string message) {
  const Code code = reason == Reason::kResourceLimit ? Code::kExhausted : Code::kInvalid;
  return Error{code, std::move(message), {std::string(ReasonName(reason))}};
}

Error EncryptedError(bool passwords_given) {
  return ReasonError(Reason::kEncrypted,
                     passwords_given ? "the file is encrypted and none of the given passwords opens it"
                                     : "the file is encrypted; give its password (`--password`, or `passwords` beside "
                                       "`files` in the job) or save it without one");
}

std::optional<Reason> ReasonOf(const Error& error) {
  if (error.context.empty()) return std::nullopt;
  return ParseReason(error.context.front());
}

}  // namespace yk::reader
