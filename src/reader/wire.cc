// SPDX-License-Identifier: Apache-2.0
#include "reader/wire.h"

#include <algorithm>

#include "base/json.h"
#include "reader/reason.h"
#include "text/utf8.h"

namespace yk::reader {
namespace {

Failure Broken(std::string_view what) {
  return Fail(Code::kCorrupt, "the reader process broke the protocol: {}", what);
}

template <typename T>
T Field(const Json& object, const char* key, T fallback) {
  const auto found = object.find(key);
  if (found == object.end()) return fallback;
  if constexpr (std::is_same_v<T, bool>) return found->is_boolean() ? found->template get<T>() : fallback;
  if constexpr (std::is_integral_v<T>) return found->is_number_integer() ? found->template get<T>() : fallback;
  if constexpr (std::is_same_v<T, std::string>) return found->is_string() ? found->template get<T>() : fallback;
  return fallback;
}

Error DecodeError(const Json& error) {
  Error out;
  out.message = Field<std::string>(error, "message", "the reader gave no reason");
  const auto reason = ParseReason(Field<std::string>(error, "reason", ""));
  return ReasonError(reason.value_or(Reason::kCorrupt), std::move(out.message));
}

Result<std::vector<Page>> DecodePages(const Json& json, int64_t length) {
  std::vector<Page> pages;
  int64_t at = 0;
  int number = 0;
  for (const Json& item : json) {
    if (!item.is_array() || item.size() != 2 || !item[0].is_number_integer() || !item[1].is_number_integer()) {
      return Broken("a page is not [number, end]");
    }
    const Page page{item[0].get<int>(), at, item[1].get<int64_t>()};
    if (page.number <= number || page.end < at) return Broken("pages are not in order");
    number = page.number;
    at = page.end;
    pages.push_back(page);
  }
  if (pages.empty() || at != length) return Broken("the pages do not cover the text");
  return pages;
}

}  // namespace

Frame EncodeRequest(const ReadRequest& request) {
  const ReadLimits& limits = request.limits;
  const Json json = {{"name", request.name},
                     {"count_only", request.count_only},
                     {"text_bytes_max", limits.text_bytes_max},
                     {"pages_max", limits.pages_max},
                     {"first_page", limits.first_page},
                     {"last_page", limits.last_page}};
  return Frame{DumpJson(json), {}};
}

Result<ReadRequest> DecodeRequest(const Frame& frame) {
  YK_TRY(const Json json, ParseJson(frame.json));
  if (!json.is_object()) return Fail(Code::kCorrupt, "the request is not an object");
  ReadRequest request;
  request.name = Field<std::string>(json, "name", "");
  request.count_only = Field(json, "count_only", false);
  request.limits.text_bytes_max = Field(json, "text_bytes_max", request.limits.text_bytes_max);
  request.limits.pages_max = Field(json, "pages_max", request.limits.pages_max);
  request.limits.first_page = Field(json, "first_page", 1);
  request.limits.last_page = Field(json, "last_page", 0);
  return request;
}

Frame EncodeAnswer(const Result<ReadAnswer>& answer) {
  if (!answer) {
    const Error& error = answer.error();
    const auto reason = ReasonOf(error);
    return Frame{DumpJson({{"error", {{"reason", ReasonName(reason.value_or(Reason::kCorrupt))},
                                      {"message", error.message}}}}),
                 {}};
  }
  Json pages = Json::array();
  for (const Page& page : answer->document.pages) pages.push_back({page.number, page.end});
  const Json json = {{"mime", answer->document.mime},   {"title", answer->document.title},
                     {"notes", answer->document.notes}, {"page_count", answer->page_count},
                     {"pages", std::move(pages)}};
  return Frame{DumpJson(json), answer->document.text};
}

Result<ReadAnswer> DecodeAnswer(Frame frame) {
  auto parsed = ParseJson(frame.json);
  if (!parsed || !parsed->is_object()) return Broken("the answer is not a JSON object");
  const Json& json = *parsed;
  if (json.contains("error")) return Fail(DecodeError(json["error"]));
  ReadAnswer answer;
  answer.page_count = Field(json, "page_count", 0);
  Document& document = answer.document;
  document.mime = Field<std::string>(json, "mime", "");
  document.title = Field<std::string>(json, "title", "");
  document.text = std::move(frame.bytes);
  const auto length = static_cast<int64_t>(text::CountCodePoints(document.text));
  if (!text::IsValidUtf8(document.text)) return Broken("the text is not UTF-8");
  if (json.contains("notes") && json["notes"].is_array()) {
    for (const Json& note : json["notes"]) {
      if (note.is_string()) document.notes.push_back(note.get<std::string>());
    }
  }
  if (json.contains("pages") && json["pages"].is_array() && !json["pages"].empty()) {
    YK_TRY(document.pages, DecodePages(json["pages"], length));
  } else if (answer.page_count <= 0) {
    return Broken("an answer without pages");
  }
  return answer;
}

}  // namespace yk::reader
