// SPDX-License-Identifier: Apache-2.0
#include "reader/wire.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "reader/reason.h"
#include "reader/wire_fields.h"
#include "text/utf8.h"

namespace yk::reader {

std::vector<std::string> Strings(const Json& object, const char* key) {
  std::vector<std::string> out;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return out;
  for (const Json& item : *found) {
    if (item.is_string()) out.push_back(item.get<std::string>());
  }
  return out;
}

Failure BrokenProtocol(std::string_view what) {
  return Fail(Code::kCorrupt, "the reader process broke the protocol: {}", what);
}

namespace {

constexpr const char* kProgress = R"({"progress":true})";
constexpr std::array<std::string_view, 3> kTasks = {"read", "count", "list"};

Error DecodeError(const Json& error) {
  Error out;
  out.message = Field<std::string>(error, "message", "the reader gave no reason");
  const auto reason = ParseReason(Field<std::string>(error, "reason", ""));
  return ReasonError(reason.value_or(Reason::kCorrupt), std::move(out.message));
}

/// [number, end] and, where there is more to say, part, width and height.
Json EncodePage(const Page& page) {
  Json out = Json::array({page.number, page.end});
  if (page.part != 0 || page.width > 0) {
    out.push_back(page.part);
    out.push_back(page.width);
    out.push_back(page.height);
  }
  return out;
}

Result<std::vector<Page>> DecodePages(const Json& json, int64_t length, size_t parts) {
  std::vector<Page> pages;
  int64_t at = 0;
  int number = 0;
  int part = 0;
  for (const Json& item : json) {
    if (!item.is_array() || (item.size() != 2 && item.size() != 5) || !item[0].is_number_integer() ||
        !item[1].is_number_integer()) {
      return BrokenProtocol("a page is not [number, end]");
    }
    Page page{.number = item[0].get<int>(), .begin = at, .end = item[1].get<int64_t>()};
    if (item.size() == 5) {
      if (!item[2].is_number_integer() || !item[3].is_number() || !item[4].is_number()) {
        return BrokenProtocol("a page's part or size is no number");
      }
      page.part = item[2].get<int>();
      page.width = item[3].get<double>();
      page.height = item[4].get<double>();
    }
    if (page.part < 0 || static_cast<size_t>(page.part) >= parts) return BrokenProtocol("a page belongs to no part");
    if (page.part != part) number = 0;
    if (page.number <= number || page.end < at) return BrokenProtocol("pages are not in order");
    number = page.number;
    part = page.part;
    at = page.end;
    pages.push_back(page);
  }
  if (pages.empty() || at != length) return BrokenProtocol("the pages do not cover the text");
  return pages;
}

Json EncodeParts(const std::vector<Part>& parts) {
  Json out = Json::array();
  for (const Part& part : parts) out.push_back({part.name, part.mime});
  return out;
}

Result<std::vector<Part>> DecodeParts(const Json& json) {
  std::vector<Part> parts;
  for (const Json& item : json) {
    if (!item.is_array() || item.size() != 2 || !item[0].is_string() || !item[1].is_string()) {
      return BrokenProtocol("a part is not [name, type]");
    }
    parts.push_back({item[0].get<std::string>(), item[1].get<std::string>()});
  }
  if (parts.empty()) return BrokenProtocol("a document without parts");
  return parts;
}

Json EncodeBlocks(const std::vector<Block>& blocks) {
  Json out = Json::array();
  for (const Block& block : blocks) {
    out.push_back({BlockKindName(block.kind), block.begin, block.end, block.level, block.table});
  }
  return out;
}

/// Everything that points into the text comes in order and ends inside it.
bool InOrder(int64_t begin, int64_t end, int64_t& at, int64_t length) {
  if (begin < at || end < begin || end > length) return false;
  at = end;
  return true;
}

Result<std::vector<Block>> DecodeBlocks(const Json& json, int64_t length) {
  std::vector<Block> blocks;
  int64_t at = 0;
  for (const Json& item : json) {
    if (!item.is_array() || item.size() != 5 || !item[0].is_string() ||
        !std::all_of(item.begin() + 1, item.end(), [](const Json& number) { return number.is_number_integer(); })) {
      return BrokenProtocol("a block is not [kind, begin, end, level, table]");
    }
    Block block;
    block.kind = ParseBlockKind(item[0].get<std::string>()).value_or(BlockKind::kParagraph);
    block.begin = item[1].get<int64_t>();
    block.end = item[2].get<int64_t>();
    block.level = item[3].get<int>();
    block.table = item[4].get<int>();
    if (!InOrder(block.begin, block.end, at, length)) return BrokenProtocol("a block stands outside the text");
    blocks.push_back(block);
  }
  return blocks;
}

Json EncodeSpans(const std::vector<Span>& spans) {
  Json out = Json::array();
  for (const Span& span : spans) out.push_back({span.begin, span.end, EncodeBox(span.box)});
  return out;
}

Result<std::vector<Span>> DecodeSpans(const Json& json, int64_t length) {
  std::vector<Span> spans;
  int64_t at = 0;
  for (const Json& item : json) {
    if (!item.is_array() || item.size() != 3 || !item[0].is_number_integer() || !item[1].is_number_integer()) {
      return BrokenProtocol("a span is not [begin, end, box]");
    }
    const auto box = DecodeBox(item[2]);
    const Span span{item[0].get<int64_t>(), item[1].get<int64_t>(), box.value_or(Box{})};
    if (!box || !InOrder(span.begin, span.end, at, length)) return BrokenProtocol("a span stands outside the text");
    spans.push_back(span);
  }
  return spans;
}

Json EncodeAttachments(const std::vector<Attachment>& attachments) {
  Json out = Json::array();
  for (const Attachment& one : attachments) {
    out.push_back({{"name", one.name},
                   {"mime", one.mime},
                   {"size", one.size},
                   {"sha256", one.sha256},
                   {"part", one.part},
                   {"problem", one.problem}});
  }
  return out;
}

std::vector<Attachment> DecodeAttachments(const Json& json) {
  std::vector<Attachment> attachments;
  for (const Json& item : json) {
    if (!item.is_object()) continue;
    Attachment one;
    one.name = Field<std::string>(item, "name", "");
    one.mime = Field<std::string>(item, "mime", "");
    one.size = Field<uint64_t>(item, "size", 0);
    one.sha256 = Field<std::string>(item, "sha256", "");
    one.part = Field(item, "part", -1);
    one.problem = Field<std::string>(item, "problem", "");
    attachments.push_back(std::move(one));
  }
  return attachments;
}

/// A string, or a list of strings.
Json EncodeMetadata(const std::vector<MetadataField>& metadata) {
  Json out = Json::object();
  for (const MetadataField& field : metadata) {
    if (field.list) {
      out[field.name] = field.values;
    } else if (!field.values.empty()) {
      out[field.name] = field.values.front();
    }
  }
  return out;
}

std::vector<MetadataField> DecodeMetadata(const Json& json) {
  std::vector<MetadataField> out;
  for (const auto& [name, value] : json.items()) {
    if (value.is_string()) out.push_back({name, {value.get<std::string>()}, false});
    if (value.is_array()) out.push_back({name, Strings(json, name.c_str()), true});
  }
  return out;
}

Json EncodeMembers(const std::vector<Member>& members) {
  Json out = Json::array();
  for (const Member& member : members) out.push_back({member.path, member.size});
  return out;
}

Result<std::vector<Member>> DecodeMembers(const Json& json) {
  std::vector<Member> members;
  for (const Json& item : json) {
    if (!item.is_array() || item.size() != 2 || !item[0].is_array() || item[0].empty() ||
        !item[1].is_number_unsigned()) {
      return BrokenProtocol("a member is not [path, size]");
    }
    Member member;
    for (const Json& name : item[0]) {
      if (!name.is_string()) return BrokenProtocol("a member's path is not a list of names");
      member.path.push_back(name.get<std::string>());
    }
    member.size = item[1].get<uint64_t>();
    members.push_back(std::move(member));
  }
  return members;
}

bool IsList(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_array() && !found->empty();
}

Result<void> DecodeDocument(const Json& json, std::string text, Document& document) {
  document.mime = Field<std::string>(json, "mime", "");
  document.title = Field<std::string>(json, "title", "");
  document.text = std::move(text);
  const auto length = static_cast<int64_t>(text::CountCodePoints(document.text));
  if (!text::IsValidUtf8(document.text)) return BrokenProtocol("the text is not UTF-8");
  document.notes = Strings(json, "notes");
  if (json.contains("metadata") && json["metadata"].is_object()) document.metadata = DecodeMetadata(json["metadata"]);
  if (IsList(json, "parts")) {
    YK_TRY(document.parts, DecodeParts(json["parts"]));
  }
  YK_TRY(document.pages, DecodePages(json.value("pages", Json::array()), length, document.parts.size()));
  if (IsList(json, "blocks")) {
    YK_TRY(document.blocks, DecodeBlocks(json["blocks"], length));
  }
  if (IsList(json, "spans")) {
    YK_TRY(document.spans, DecodeSpans(json["spans"], length));
  }
  if (IsList(json, "tables")) {
    YK_TRY(document.tables, DecodeTables(json["tables"]));
  }
  if (IsList(json, "attachments")) document.attachments = DecodeAttachments(json["attachments"]);
  return {};
}

}  // namespace

Frame EncodeProgress() { return Frame{kProgress, {}}; }
bool IsProgress(const Frame& frame) { return frame.json == kProgress && frame.bytes.empty(); }

Frame EncodeRequest(const ReadRequest& request) {
  const ReadOptions& options = request.options;
  const ReadLimits& limits = options.limits;
  const Json json = {{"name", request.name},
                     {"task", kTasks.at(static_cast<size_t>(request.task))},
                     {"text_bytes_max", limits.text_bytes_max},
                     {"pages_max", limits.pages_max},
                     {"first_page", limits.first_page},
                     {"last_page", limits.last_page},
                     {"expanded_bytes_max", limits.expanded_bytes_max},
                     {"members_max", limits.members_max},
                     {"depth_max", limits.depth_max},
                     {"cells_max", limits.cells_max},
                     {"tables", options.want.tables},
                     {"spans", options.want.spans},
                     {"ocr", options.ocr.enabled},
                     {"ocr_dpi", options.ocr.dpi},
                     {"ocr_languages", options.ocr.languages},
                     {"ocr_pages_max", options.ocr.pages_max},
                     {"passwords", options.passwords},
                     {"frames_every_ms", options.frames_every.count()},
                     {"member", options.member},
                     {"converter", request.converter}};
  return Frame{DumpJson(json), {}};
}

Result<ReadRequest> DecodeRequest(const Frame& frame) {
  YK_TRY(const Json json, ParseJson(frame.json));
  if (!json.is_object()) return Fail(Code::kCorrupt, "the request is not an object");
  ReadRequest request;
  request.name = Field<std::string>(json, "name", "");
  const auto task = std::find(kTasks.begin(), kTasks.end(), Field<std::string>(json, "task", "read"));
  if (task == kTasks.end()) return Fail(Code::kCorrupt, "the request's task is unknown");
  request.task = static_cast<Task>(task - kTasks.begin());
  ReadLimits& limits = request.options.limits;
  limits.text_bytes_max = Field(json, "text_bytes_max", limits.text_bytes_max);
  limits.pages_max = Field(json, "pages_max", limits.pages_max);
  limits.first_page = Field(json, "first_page", 1);
  limits.last_page = Field(json, "last_page", 0);
  limits.expanded_bytes_max = Field(json, "expanded_bytes_max", limits.expanded_bytes_max);
  limits.members_max = Field(json, "members_max", limits.members_max);
  limits.depth_max = Field(json, "depth_max", limits.depth_max);
  limits.cells_max = Field(json, "cells_max", limits.cells_max);
  request.options.want.tables = Field(json, "tables", false);
  request.options.want.spans = Field(json, "spans", false);
  OcrOptions& ocr = request.options.ocr;
  ocr.enabled = Field(json, "ocr", ocr.enabled);
  ocr.dpi = Field(json, "ocr_dpi", ocr.dpi);
  ocr.languages = Field(json, "ocr_languages", ocr.languages);
  ocr.pages_max = Field(json, "ocr_pages_max", ocr.pages_max);
  request.options.passwords = Strings(json, "passwords");
  request.options.frames_every = std::chrono::milliseconds(Field<int64_t>(json, "frames_every_ms", 0));
  request.options.member = Strings(json, "member");
  request.converter = Field(json, "converter", false);
  return request;
}

Frame EncodeAnswer(const Result<ReadAnswer>& answer) {
  if (!answer) {
    const Error& error = answer.error();
    const auto reason = ReasonOf(error);
    return Frame{
        DumpJson({{"error", {{"reason", ReasonName(reason.value_or(Reason::kCorrupt))}, {"message", error.message}}}}),
        {}};
  }
  if (!answer->convert_to.empty()) {
    return Frame{DumpJson({{"page_count", 0}, {"convert_to", answer->convert_to}}), answer->content};
  }
  const Document& document = answer->document;
  Json json = {{"page_count", answer->page_count}};
  if (!answer->members.empty()) json["members"] = EncodeMembers(answer->members);
  if (document.pages.empty()) return Frame{DumpJson(json), {}};
  Json pages = Json::array();
  for (const Page& page : document.pages) pages.push_back(EncodePage(page));
  json["mime"] = document.mime;
  json["title"] = document.title;
  json["notes"] = document.notes;
  json["pages"] = std::move(pages);
  json["parts"] = EncodeParts(document.parts);
  if (!document.metadata.empty()) json["metadata"] = EncodeMetadata(document.metadata);
  if (!document.blocks.empty()) json["blocks"] = EncodeBlocks(document.blocks);
  if (!document.spans.empty()) json["spans"] = EncodeSpans(document.spans);
  if (!document.tables.empty()) json["tables"] = EncodeTables(document.tables);
  if (!document.attachments.empty()) json["attachments"] = EncodeAttachments(document.attachments);
  return Frame{DumpJson(json), document.text};
}

Result<ReadAnswer> DecodeAnswer(Frame frame) {
  auto parsed = ParseJson(frame.json);
  if (!parsed || !parsed->is_object()) return BrokenProtocol("the answer is not a JSON object");
  const Json& json = *parsed;
  if (json.contains("error")) return Fail(DecodeError(json["error"]));
  ReadAnswer answer;
  answer.page_count = Field(json, "page_count", -1);
  answer.convert_to = Field<std::string>(json, "convert_to", "");
  if (!answer.convert_to.empty()) {
    if (answer.convert_to != "docx" && answer.convert_to != "pptx") return BrokenProtocol("an unknown kind of file");
    answer.content = std::move(frame.bytes);
    return answer;
  }
  if (IsList(json, "members")) {
    YK_TRY(answer.members, DecodeMembers(json["members"]));
  }
  if (json.contains("pages") || !frame.bytes.empty()) {
    YK_TRY_VOID(DecodeDocument(json, std::move(frame.bytes), answer.document));
  } else if (answer.page_count < 0) {
    return BrokenProtocol("an answer without pages");
  }
  return answer;
}

}  // namespace yk::reader
