// SPDX-License-Identifier: Apache-2.0
#include "testing/fake_model/chat.h"

#include <algorithm>
#include <charconv>

#include "base/json.h"
#include "testing/fake_model/raw_json.h"

namespace yk::testing {
namespace {

constexpr size_t kMakersMax = 64;
constexpr size_t kStreamPiece = 16;

std::string_view Unquote(std::string_view raw) {
  return raw.size() >= 2 && raw.front() == '"' ? raw.substr(1, raw.size() - 2) : std::string_view();
}

int64_t ReadInteger(std::string_view raw) {
  int64_t value = 0;
  std::from_chars(raw.data(), raw.data() + raw.size(), value);
  return value;
}

/// The raw text of a message's content: of the string, or of the last text part of a list.
std::string_view ContentOf(std::string_view message) {
  std::string_view content;
  ForEachMember(message, [&](std::string_view key, std::string_view value) {
    if (key == "content") content = value;
  });
  if (content.empty() || content.front() != '[') return content;
  std::string_view text;
  ForEachElement(content, [&](std::string_view part) {
    ForEachMember(part, [&](std::string_view key, std::string_view value) {
      if (key == "text") text = value;
    });
  });
  return text;
}

/// Cuts to at most `size` bytes without splitting a UTF-8 sequence.
std::string_view CutText(std::string_view text, size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

void AppendLogprobs(std::string& out, const ChatRequest& request, const ChatAnswer& answer) {
  if (!request.logprobs) {
    out.append("null");
    return;
  }
  out.append(R"({"content":[)");
  Dice dice(StableHash(answer.content, 7));
  std::string_view rest = answer.content;
  bool first = true;
  while (!rest.empty()) {
    std::string_view token = CutText(rest, 4);
    if (token.empty()) token = rest.substr(0, 4);
    rest.remove_prefix(token.size());
    if (!std::exchange(first, false)) out.push_back(',');
    out.append(R"({"token":)");
    AppendEscaped(out, token);
    fmt::format_to(std::back_inserter(out), R"(,"logprob":{:.4f},"top_logprobs":[]}})", -0.5 * dice.Unit());
  }
  out.append("]}");
}

void AppendUsage(std::string& out, const ChatRequest& request, const ChatAnswer& answer) {
  const int64_t in = request.tokens_in(), answered = answer.tokens_out();
  fmt::format_to(std::back_inserter(out),
                 R"("usage":{{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{},)"
                 R"("prompt_tokens_details":{{"cached_tokens":0}}}})",
                 in, answered, in + answered);
}

void AppendFrame(std::string& out, const ReplyFrame& frame, std::string_view object) {
  fmt::format_to(std::back_inserter(out), R"({{"id":"chatcmpl-{:016x}","object":"{}","created":{},"model":)", frame.id,
                 object, frame.created);
  AppendEscaped(out, frame.model);
  out.push_back(',');
}

}  // namespace

std::optional<ChatRequest> ReadChatRequest(std::string_view body) {
  ChatRequest r;
  const bool whole = ForEachMember(body, [&](std::string_view key, std::string_view value) {
    if (key == "model")
      r.model = Unquote(value);
    else if (key == "messages")
      r.messages = value;
    else if (key == "response_format")
      r.response_format = value;
    else if (key == "max_tokens" || key == "max_completion_tokens")
      r.tokens_max = ReadInteger(value);
    else if (key == "stream")
      r.stream = value == "true";
    else if (key == "stream_options")
      r.stream_usage = value.find("\"include_usage\"") != std::string_view::npos;
    else if (key == "logprobs")
      r.logprobs = value == "true";
  });
  if (!whole || r.messages.empty()) return std::nullopt;
  std::string_view last;
  if (!ForEachElement(r.messages, [&](std::string_view message) { last = message; }) || last.empty())
    return std::nullopt;
  r.row = ContentOf(last);
  return r;
}

Result<std::shared_ptr<const AnswerMaker>> AnswerMakers::Find(std::string_view response_format) {
  if (response_format.empty()) return std::shared_ptr<const AnswerMaker>();
  for (const Entry& entry : entries_) {
    if (entry.response_format == response_format) return entry.maker;
  }
  YK_TRY(const Json format, ParseJson(response_format));
  const std::string type = format.value("type", "");
  std::shared_ptr<const AnswerMaker> maker;
  if (type == "json_schema") {
    if (!format.contains("json_schema") || !format["json_schema"].contains("schema")) {
      return Fail(Code::kInvalid, "response_format.json_schema.schema is missing");
    }
    YK_TRY(maker, AnswerMaker::Compile(format["json_schema"]["schema"]));
  } else if (type == "json_object") {
    YK_TRY(maker, AnswerMaker::Compile(Json{{"type", "object"}, {"properties", {{"answer", {{"type", "string"}}}}}}));
  } else if (type != "text") {
    return Fail(Code::kInvalid, "response_format.type \"{}\" is not known", type);
  }
  if (entries_.size() >= kMakersMax) entries_.erase(entries_.begin());
  entries_.push_back({std::string(response_format), maker});
  return maker;
}

ChatAnswer MakeAnswer(const FakeModelScript& script, const ChatRequest& request, const AnswerMaker* maker,
                      std::optional<FaultKind> fault) {
  ChatAnswer answer;
  const std::string row = Unescape(request.row).value_or("");
  const uint64_t seed = StableHash(row, script.seed);
  const auto scripted = std::find_if(script.answers.begin(), script.answers.end(), [&](const ScriptedAnswer& a) {
    return a.match.empty() || row.find(a.match) != std::string::npos;
  });
  if (scripted != script.answers.end()) {
    answer.content = scripted->content;
    answer.finish = scripted->finish;
  } else if (maker != nullptr) {
    maker->Append(answer.content, row, seed);
  } else {
    Dice dice(seed);
    answer.content = fmt::format("The text says: {}", PieceOf(row, dice, 12));
  }
  if (request.tokens_max > 0 && answer.tokens_out() > request.tokens_max) {
    answer.content = std::string(CutText(answer.content, static_cast<size_t>(request.tokens_max) * 4));
    answer.finish = "length";
  }
  if (!fault) return answer;
  switch (*fault) {
    case FaultKind::kLength: answer.finish = "length"; [[fallthrough]];
    case FaultKind::kTruncatedJson:
      answer.content = std::string(CutText(answer.content, answer.content.size() / 2));
      break;
    case FaultKind::kWrongSchema:
      answer.content = maker != nullptr ? maker->WrongAnswer() : R"({"unexpected":1})";
      break;
    case FaultKind::kEmpty: answer.content.clear(); break;
    case FaultKind::kRubbish: answer.content = "As a language model I would rather talk about the weather."; break;
    case FaultKind::kContentFilter:
      answer.content.clear();
      answer.finish = "content_filter";
      break;
    default: break;
  }
  return answer;
}

std::string ChatBody(const ReplyFrame& frame, const ChatRequest& request, const ChatAnswer& answer) {
  std::string out;
  out.reserve(512 + answer.content.size() * 5 / 4);
  AppendFrame(out, frame, "chat.completion");
  out.append(R"("choices":[{"index":0,"message":{"role":"assistant","content":)");
  AppendEscaped(out, answer.content);
  out.append(R"(,"refusal":null},"logprobs":)");
  AppendLogprobs(out, request, answer);
  out.append(R"(,"finish_reason":")").append(answer.finish).append(R"("}],)");
  AppendUsage(out, request, answer);
  out.append("}");
  return out;
}

std::vector<std::string> ChatEvents(const ReplyFrame& frame, const ChatRequest& request, const ChatAnswer& answer) {
  std::vector<std::string> events;
  const auto event = [&](std::string_view delta, std::string_view finish) {
    std::string out = "data: ";
    AppendFrame(out, frame, "chat.completion.chunk");
    out.append(R"("choices":[{"index":0,"delta":)").append(delta).append(R"(,"finish_reason":)").append(finish);
    out.append("}]}\n\n");
    events.push_back(std::move(out));
  };
  event(R"({"role":"assistant","content":""})", "null");
  std::string_view rest = answer.content;
  while (!rest.empty()) {
    std::string_view piece = CutText(rest, kStreamPiece);
    if (piece.empty()) piece = rest;
    rest.remove_prefix(piece.size());
    std::string delta = R"({"content":)";
    AppendEscaped(delta, piece);
    event(delta + "}", "null");
  }
  event("{}", "\"" + std::string(answer.finish) + "\"");
  if (request.stream_usage) {
    std::string out = "data: ";
    AppendFrame(out, frame, "chat.completion.chunk");
    out.append(R"("choices":[],)");
    AppendUsage(out, request, answer);
    out.append("}\n\n");
    events.push_back(std::move(out));
  }
  events.push_back("data: [DONE]\n\n");
  return events;
}

std::string ErrorBody(std::string_view message, std::string_view type, std::string_view code) {
  std::string out = R"({"error":{"message":)";
  AppendEscaped(out, message);
  out.append(R"(,"type":)");
  AppendEscaped(out, type);
  out.append(R"(,"param":null,"code":)");
  AppendEscaped(out, code);
  out.append("}}");
  return out;
}

}  // namespace yk::testing
