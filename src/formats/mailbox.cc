// SPDX-License-Identifier: Apache-2.0
#include "formats/mailbox.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "formats/container.h"
#include "formats/document_join.h"
#include "formats/format.h"
#include "formats/mail.h"
#include "reader/reason.h"
#include "text/normalize.h"

namespace yk::formats {
namespace {

using reader::Reason;

constexpr size_t kFromLineMax = 1000;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string_view LineAt(std::string_view bytes, size_t at) {
  std::string_view line = bytes.substr(at, bytes.find('\n', at) - at);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool IsHeaderLine(std::string_view line) {
  const size_t colon = line.find(':');
  if (line.starts_with(">From ")) return true;
  return colon != std::string_view::npos && colon > 0 &&
         line.substr(0, colon).find_first_of(" \t") == std::string_view::npos;
}

/// "From ADDRESS Mon Apr  1 09:30:00 2024": a time and, behind it, a year. Zones may stand anywhere near.
bool IsDated(std::string_view line) {
  bool time = false;
  bool year = false;
  for (size_t i = 5; i < line.size(); ++i) {
    if (line[i] == ':' && IsDigit(line[i - 1]) && i + 2 < line.size() && IsDigit(line[i + 1]) && IsDigit(line[i + 2]))
      time = true;
    if (i + 3 < line.size() && (line[i] == '1' || line[i] == '2') && line[i - 1] == ' ' && IsDigit(line[i + 1]) &&
        IsDigit(line[i + 2]) && IsDigit(line[i + 3]) && (i + 4 >= line.size() || !IsDigit(line[i + 4]))) {
      year = true;
    }
  }
  return time && year;
}

/// The line at `at` begins a message: "From " with a date; or with one word alone, as old programs wrote ("From -"),
/// and a header below.
bool BeginsMessage(std::string_view bytes, size_t at) {
  const std::string_view line = LineAt(bytes, at);
  if (!line.starts_with("From ") || line.size() > kFromLineMax) return false;
  if (IsDated(line)) return true;
  const std::string_view word = text::TrimSpace(line.substr(5));
  const size_t next = bytes.find('\n', at);
  return word.find(' ') == std::string_view::npos && next != std::string_view::npos &&
         IsHeaderLine(LineAt(bytes, next + 1));
}

Result<reader::ReadAnswer> ReadMessage(const reader::ReadRequest& request, std::string_view message) {
  reader::ReadRequest inside = request;
  inside.name = "message.eml";
  const std::string unquoted = UnquoteFrom(message);
  return ReadMail(inside, unquoted);
}

/// Its messages by their number; where they begin is looked for once.
class Mailbox final : public Container {
 public:
  explicit Mailbox(std::vector<std::string_view> messages) : messages_(std::move(messages)) {}

  Result<Found> Find(const std::string& member, uint64_t bytes_max) override {
    size_t number = 0;
    const char* end = member.data() + member.size();
    const auto [stop, error] = std::from_chars(member.data(), end, number);
    if (error != std::errc() || stop != end || number == 0 || number > messages_.size()) {
      return Fail(Code::kNotFound, "the mailbox has no message '{}'; its messages are 1 to {}", member,
                  messages_.size());
    }
    if (messages_[number - 1].size() > bytes_max) {
      return Fail(reader::ReasonError(
          Reason::kResourceLimit,
          fmt::format("message {} is larger than the {} bytes that one file may unfold to", number, bytes_max)));
    }
    return Found{.name = "message.eml", .content = UnquoteFrom(messages_[number - 1]), .read = ReadMail};
  }

 private:
  const std::vector<std::string_view> messages_;
};

/// The messages; none when the content is one mail and no mailbox: a mail saved with its "From " line is a mail.
Result<std::vector<std::string_view>> Messages(const reader::ReadRequest& request, std::string_view bytes) {
  const auto messages_max = static_cast<size_t>(request.options.limits.members_max);
  std::vector<std::string_view> messages = SplitMailbox(bytes, messages_max + 1);
  if (messages.size() > messages_max) {
    return Fail(reader::ReasonError(
        Reason::kResourceLimit,
        fmt::format("the mailbox has more than {} messages; split it, or raise the limit", messages_max)));
  }
  const bool alone = messages.size() <= 1 && LowerEnding(request.name) != ".mbox";
  if (alone || LowerEnding(request.name) == ".eml") messages.clear();
  return messages;
}

/// All messages, a page each; one that cannot be read leaves a note.
Result<reader::ReadAnswer> ReadAll(const reader::ReadRequest& request, const std::vector<std::string_view>& messages) {
  const reader::ReadLimits& limits = request.options.limits;
  reader::ReadAnswer answer;
  answer.document.mime = "application/mbox";
  answer.page_count = static_cast<int>(messages.size());
  const size_t last =
      limits.last_page == 0 ? messages.size() : std::min(messages.size(), static_cast<size_t>(limits.last_page));
  for (size_t i = static_cast<size_t>(std::max(limits.first_page, 1)) - 1; i < last; ++i) {
    reader::ReadRequest one = request;
    one.options.limits.first_page = one.options.limits.last_page = 1;  // without attachments: read them by member
    auto message = ReadMessage(one, messages[i]);
    const auto number = static_cast<int>(i) + 1;
    if (!message) {
      answer.document.notes.push_back(fmt::format("Message {} cannot be read: {}.", number, message.error().message));
      continue;
    }
    if (answer.document.text.size() + message->document.text.size() > limits.text_bytes_max) {
      return Fail(reader::ReasonError(Reason::kResourceLimit,
                                      "the mailbox's text is longer than one document may be; read "
                                      "its messages one by one, with `as: message`"));
    }
    for (auto& attachment : message->document.attachments) {
      attachment.part = -1;
      answer.document.attachments.push_back(std::move(attachment));
    }
    message->document.parts.resize(1);
    JoinDocument(std::move(message->document), "", answer.document);
    answer.document.parts.resize(1);
    answer.document.pages.back().number = number;
    answer.document.pages.back().part = 0;
  }
  if (answer.document.pages.empty()) {
    return Fail(reader::ReasonError(Reason::kNoPages,
                                    fmt::format("none of the mailbox's {} messages can be read", messages.size())));
  }
  return answer;
}

}  // namespace

bool IsMailbox(std::string_view bytes) {
  const size_t end = bytes.find('\n');
  return BeginsMessage(bytes, 0) && end != std::string_view::npos && IsHeaderLine(LineAt(bytes, end + 1));
}

std::vector<std::string_view> SplitMailbox(std::string_view bytes, size_t messages_max) {
  std::vector<std::string_view> out;
  size_t begin = std::string_view::npos;
  const auto open = [&](size_t at) {
    if (begin != std::string_view::npos) out.push_back(bytes.substr(begin, at - begin));
    const size_t end = bytes.find('\n', at);
    begin = end == std::string_view::npos ? bytes.size() : end + 1;
  };
  if (BeginsMessage(bytes, 0)) open(0);
  constexpr std::string_view kMark = "\nFrom ";
  for (size_t at = bytes.find(kMark); at != std::string_view::npos; at = bytes.find(kMark, at + 1)) {
    const bool blank = at == 0 || bytes[at - 1] == '\n' || (at >= 2 && bytes[at - 1] == '\r' && bytes[at - 2] == '\n');
    if (!blank || !BeginsMessage(bytes, at + 1)) continue;
    if (out.size() >= messages_max) return out;
    open(at + 1);
  }
  if (begin != std::string_view::npos && out.size() < messages_max) out.push_back(bytes.substr(begin));
  return out;
}

std::string UnquoteFrom(std::string_view message) {
  std::string out;
  out.reserve(message.size());
  for (size_t at = 0; at < message.size();) {
    size_t next = message.find('\n', at);
    next = next == std::string_view::npos ? message.size() : next + 1;
    std::string_view line = message.substr(at, next - at);
    const size_t marks = line.find_first_not_of('>');
    if (marks != std::string_view::npos && marks > 0 && line.substr(marks).starts_with("From ")) line.remove_prefix(1);
    out += line;
    at = next;
  }
  return out;
}

Result<std::unique_ptr<Container>> OpenMailbox(const reader::ReadRequest& request, std::string_view bytes) {
  YK_TRY(std::vector<std::string_view> messages, Messages(request, bytes));
  if (messages.empty()) return std::unique_ptr<Container>();
  return std::make_unique<Mailbox>(std::move(messages));
}

Result<reader::ReadAnswer> ReadMailbox(const reader::ReadRequest& request, std::string_view bytes) {
  YK_TRY(const std::vector<std::string_view> messages, Messages(request, bytes));
  if (messages.empty()) return ReadMail(request, bytes);
  reader::ReadAnswer answer;
  answer.page_count = static_cast<int>(messages.size());
  if (request.task == reader::Task::kCount) return answer;
  if (request.task == reader::Task::kRead) return ReadAll(request, messages);
  for (size_t i = 0; i < messages.size(); ++i) answer.members.push_back({{std::to_string(i + 1)}, messages[i].size()});
  return answer;
}

}  // namespace yk::formats
