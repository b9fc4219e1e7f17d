// SPDX-License-Identifier: Apache-2.0
#include "formats/mail.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "formats/mail_attachments.h"
#include "formats/mail_body.h"
#include "formats/mail_message.h"
#include "formats/mail_quotes.h"
#include "reader/reason.h"
#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using reader::BlockKind;
using reader::Reason;

constexpr int kNestingMax = 100;  // multiparts in multiparts; files are bounded by depth_max
constexpr size_t kHeadBytes = 16 * 1024;

/// Builds the text and its blocks; keeps count of code points.
class Writer {
 public:
  explicit Writer(reader::Document& document) : document_(document) {}

  /// Appends lines as they are. A block of them when `kind` is given, without white space at its ends.
  void Lines(std::string_view text, std::optional<BlockKind> kind, int level = 0, int table = -1) {
    const std::string_view trimmed = text::TrimSpace(text);
    if (kind && !trimmed.empty()) {
      const auto lead = static_cast<size_t>(trimmed.data() - text.data());
      const int64_t begin = at_ + static_cast<int64_t>(text::CountCodePoints(text.substr(0, lead)));
      const int64_t end = begin + static_cast<int64_t>(text::CountCodePoints(trimmed));
      document_.blocks.push_back({*kind, begin, end, level, table});
    }
    document_.text += text;
    at_ += static_cast<int64_t>(text::CountCodePoints(text));
  }

  void Blank() {
    if (document_.text.empty()) return;
    Lines(document_.text.ends_with('\n') ? "\n" : "\n\n", std::nullopt);
  }

  int64_t at() const { return at_; }

 private:
  reader::Document& document_;
  int64_t at_ = 0;
};

void Paragraphs(std::string_view text, Writer& writer) {
  while (!text.empty()) {
    // Up to and with the blank lines behind the paragraph.
    size_t end = text.find("\n\n");
    end = end == std::string_view::npos ? text.size() : text.find_first_not_of('\n', end);
    if (end == std::string_view::npos) end = text.size();
    writer.Lines(text.substr(0, end), BlockKind::kParagraph);
    text.remove_prefix(end);
  }
}

void AddField(reader::Document& document, std::string name, std::vector<std::string> values, bool list = false) {
  std::erase(values, std::string());
  if (!values.empty()) document.metadata.push_back({std::move(name), std::move(values), list});
}

void AddAddresses(reader::Document& document, const std::string& name, const std::vector<MailAddress>& addresses) {
  std::vector<std::string> values;
  for (const MailAddress& each : addresses) values.push_back(each.address);
  AddField(document, name, std::move(values), true);
}

void AddMetadata(const ParsedMail& mail, const MailBody& body, reader::Document& document) {
  const MailHeaders& headers = mail.root.headers;
  AddField(document, "subject", {headers.subject});
  AddAddresses(document, "from", headers.from);
  std::vector<std::string> names;
  for (const MailAddress& each : headers.from) names.push_back(each.name);
  AddField(document, "from_names", std::move(names), true);
  AddAddresses(document, "to", headers.to);
  AddAddresses(document, "cc", headers.cc);
  AddAddresses(document, "reply_to", headers.reply_to);
  AddField(document, "date", {headers.date});
  AddField(document, "date_utc", {headers.date_utc});
  AddField(document, "message_id", {headers.message_id});
  AddField(document, "in_reply_to", {headers.in_reply_to});
  AddField(document, "references", headers.references, true);
  AddField(document, "has_html", {body.has_html ? "true" : "false"});
  AddField(document, "parts", {std::to_string(mail.leaves)});
}

/// Runs of blank lines become one: where a quotation was taken out, two would stand.
std::string OneBlankLine(std::string_view text) {
  std::string out;
  int breaks = 0;
  for (const char c : text) {
    breaks = c == '\n' ? breaks + 1 : 0;
    if (breaks <= 2) out += c;
  }
  return out;
}

/// Writes a body run by run and collects its own words.
void WriteBody(const std::string& text, Writer& writer, std::string& own, std::string& signature) {
  for (const MailRun& run : SplitMailBody(text)) {
    const std::string_view piece = std::string_view(text).substr(run.begin, run.end - run.begin);
    if (run.kind == MailRun::Kind::kQuote) {
      writer.Lines(piece, BlockKind::kQuote, run.level);
    } else if (run.kind == MailRun::Kind::kSignature) {
      writer.Lines(piece, BlockKind::kParagraph);
      if (signature.empty()) signature = text::TrimSpace(piece);
    } else {
      Paragraphs(piece, writer);
      own += piece;
    }
  }
}

void WriteSections(MailBody& body, const reader::ReadOptions& options, reader::Document& document) {
  Writer writer(document);
  const std::string headers = document.text;
  document.text.clear();
  writer.Lines(headers, BlockKind::kParagraph);
  std::string own;
  std::string signature;
  for (MailSection& section : body.sections) {
    writer.Blank();
    if (!section.heading.empty()) writer.Lines("[" + section.heading + "]\n", BlockKind::kHeading, 2);
    if (section.kind == MailSection::Kind::kBody) {
      own += own.empty() ? "" : "\n\n";
      WriteBody(section.text, writer, own, signature);
      for (reader::Table& table : section.tables_in_text) {
        if (!options.want.tables) break;
        table.page = 1;
        document.tables.push_back(std::move(table));
      }
    } else if (section.kind == MailSection::Kind::kReturned) {
      writer.Lines(section.text, BlockKind::kQuote, 1);
    } else {
      // What a mail system reports is said by the sender, in other words.
      own += "\n\n" + section.text;
      const bool table = options.want.tables && section.table.rows > 0;
      writer.Lines(section.text, table ? BlockKind::kTable : BlockKind::kParagraph, 0,
                   table ? static_cast<int>(document.tables.size()) : -1);
      if (table) document.tables.push_back(std::move(section.table));
    }
  }
  if (!document.text.empty() && !document.text.ends_with('\n')) writer.Lines("\n", std::nullopt);
  document.pages.push_back({.number = 1, .begin = 0, .end = writer.at()});
  AddField(document, "body_text", {OneBlankLine(text::TrimSpace(own))});
  AddField(document, "signature", {signature});
}

/// Keeps the pages from first_page to last_page, counted over all parts, with what stands on them.
void KeepPages(const reader::ReadLimits& limits, reader::Document& document) {
  const auto count = static_cast<int>(document.pages.size());
  const int first = std::max(limits.first_page, 1);
  const int last = limits.last_page == 0 ? count : std::clamp(limits.last_page, first, count);
  if (first == 1 && last == count) return;
  std::vector<reader::Page> pages(document.pages.begin() + first - 1, document.pages.begin() + last);
  const int64_t begin = pages.front().begin;
  const int64_t end = pages.back().end;
  const text::CodePointIndex index(document.text);
  const size_t from = index.ToByte(static_cast<size_t>(begin));
  document.text = document.text.substr(from, index.ToByte(static_cast<size_t>(end)) - from);
  for (reader::Page& page : pages) {
    page.begin -= begin;
    page.end -= begin;
  }
  document.pages = std::move(pages);
  const auto outside = [&](const auto& each) { return each.begin < begin || each.end > end; };
  std::erase_if(document.blocks, outside);
  std::erase_if(document.spans, outside);
  for (auto& block : document.blocks) block.begin -= begin, block.end -= begin;
  for (auto& span : document.spans) span.begin -= begin, span.end -= begin;
}

Failure TooLong(const reader::ReadLimits& limits) {
  return Fail(reader::ReasonError(
      Reason::kResourceLimit,
      fmt::format("the mail's text is longer than the limit of {} bytes; split the file", limits.text_bytes_max)));
}

Result<reader::ReadAnswer> ReadText(const ParsedMail& mail, const reader::ReadRequest& request) {
  const reader::ReadLimits& limits = request.options.limits;
  MailBody body = ReadMailBody(mail.root);
  reader::ReadAnswer answer;
  reader::Document& document = answer.document;
  document.mime = "message/rfc822";
  document.title = mail.root.headers.subject;
  document.text = MailHeaderLines(mail.root.headers);
  document.notes = mail.defects;
  document.notes.insert(document.notes.end(), body.notes.begin(), body.notes.end());
  AddMetadata(mail, body, document);
  WriteSections(body, request.options, document);
  if (document.text.size() > limits.text_bytes_max) return TooLong(limits);
  AddAttachments(mail.root, request, document);
  if (text::TrimSpace(document.text).empty() && document.attachments.empty()) {
    return Fail(reader::ReasonError(Reason::kNoText, "the mail has no headers and no text; there is nothing to read"));
  }
  answer.page_count = static_cast<int>(document.pages.size());
  if (limits.first_page > answer.page_count) {
    return Fail(reader::ReasonError(Reason::kNoPages, fmt::format("page {} was asked for, but the mail has {} pages",
                                                                  limits.first_page, answer.page_count)));
  }
  KeepPages(limits, document);
  return answer;
}

/// The name of a header line; empty when the line is none.
std::string_view HeaderName(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return {};
  const std::string_view name = line.substr(0, colon);
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 127; });
  return plain ? name : std::string_view();
}

}  // namespace

bool IsMail(std::string_view bytes) {
  static constexpr std::array<std::string_view, 14> kSure = {
      "from",        "received", "return-path", "message-id", "delivered-to", "mime-version", "x-original-to",
      "envelope-to", "to",       "subject",     "date",       "content-type", "reply-to",     "dkim-signature"};
  std::string_view rest = bytes.substr(0, kHeadBytes);
  if (rest.starts_with("From ")) rest.remove_prefix(std::min(rest.size(), rest.find('\n') + 1));
  size_t known = 0;
  bool sender = false;
  for (int lines = 0; lines < 200 && !rest.empty(); ++lines) {
    const size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    if (line.front() == ' ' || line.front() == '\t') {
      if (lines == 0) return false;
      continue;
    }
    const std::string name = text::FoldCase(HeaderName(line));
    if (name.empty()) return false;
    known += std::find(kSure.begin(), kSure.end(), name) != kSure.end() ? 1 : 0;
    sender = sender || name == "from" || name == "received" || name == "return-path" || name == "delivered-to";
  }
  return sender && known >= 3;
}

Result<reader::ReadAnswer> ReadMail(const reader::ReadRequest& request, std::string_view bytes) {
  // A mail is one message, not a folder of its attachments; members name them all the same.
  if (request.task == reader::Task::kList && request.options.member.empty()) return reader::ReadAnswer{};
  const ParsedMail mail = ParseMail(bytes, kNestingMax);
  if (!request.options.member.empty()) return ReadAttachment(mail.root, request);
  return ReadText(mail, request);
}

}  // namespace yk::formats
