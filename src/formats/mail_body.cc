// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_body.h"

#include <algorithm>

#include "base/result.h"
#include "formats/mail_charset.h"
#include "formats/mail_flowed.h"
#include "formats/mail_html.h"
#include "formats/mail_report.h"
#include "text/normalize.h"

namespace yk::formats {
namespace {

using Kind = MailSection::Kind;

bool Blank(std::string_view text) { return text::TrimSpace(text).empty(); }

/// Without blank lines at both ends; indentation of the first line stays.
std::string TrimLines(std::string_view text) {
  size_t begin = 0;
  for (size_t i = 0; i < text.size() && (text[i] == '\n' || text[i] == ' ' || text[i] == '\t'); ++i) {
    if (text[i] == '\n') begin = i + 1;
  }
  text.remove_prefix(begin);
  const size_t end = text.find_last_not_of(" \t\n");
  return std::string(text.substr(0, end == std::string_view::npos ? 0 : end + 1));
}

bool IsReport(std::string_view mime) {
  return mime == "message/delivery-status" || mime == "message/global-delivery-status" ||
         mime == "message/feedback-report" || mime == "message/disposition-notification";
}

bool IsReturned(std::string_view mime) {
  return mime == "message/rfc822" || mime == "text/rfc822-headers" || mime == "message/global" ||
         mime == "message/rfc822-headers" || mime == "message/partial" || mime == "message/external-body";
}

bool HasReport(const MailBody& body) {
  return std::any_of(body.sections.begin(), body.sections.end(),
                     [](const MailSection& section) { return section.kind == Kind::kReport; });
}

class BodyReader {
 public:
  MailBody Read(const MailPart& root) {
    Part(root, root.is_listed() && !root.is_multipart());
    return std::move(body_);
  }

 private:
  void Part(const MailPart& part, bool top) {
    if (part.mime == "text/html") body_.has_html = true;
    if (part.is_multipart()) {
      Multipart(part);
    } else if (IsReport(part.mime)) {
      Report(part);
    } else if (part.is_listed() && !top) {
      if (part.is_message()) LookForHtml(part.parts.front());
    } else if (part.is_message()) {
      Returned(part.parts.front());
    } else if (IsReturned(part.mime)) {
      Add({Kind::kReturned, "Original message", Decoded(part), {}, {}});
    } else if (part.mime == "text/html") {
      Html(part);
    } else if (part.mime.starts_with("text/")) {
      Add({Kind::kBody, "", Decoded(part), {}, {}});
    }
  }

  void Multipart(const MailPart& part) {
    if (part.parts.empty()) {
      // No boundary was found: all of it stands before the first.
      if (!Blank(part.preamble))
        Add({Kind::kBody, "", CleanMailText(DecodeMailText(part.preamble, part.charset).text), {}, {}});
      return;
    }
    for (const MailPart& each : part.parts) LookForHtml(each);
    if (part.mime == "multipart/alternative") {
      Alternative(part);
    } else if (part.mime == "multipart/related") {
      Part(part.parts.front(), false);
      for (size_t i = 1; i < part.parts.size(); ++i) {
        if (part.parts[i].is_multipart()) Part(part.parts[i], false);
      }
    } else {
      for (const MailPart& each : part.parts) Part(each, false);
    }
  }

  /// The first way of saying it that has words: plain text before HTML before others.
  void Alternative(const MailPart& part) {
    for (const bool plain : {true, false}) {
      for (const MailPart& each : part.parts) {
        if (HoldsPlain(each) != plain) continue;
        const size_t before = body_.sections.size();
        Part(each, false);
        if (body_.sections.size() > before) return;
      }
    }
  }

  static bool HoldsPlain(const MailPart& part) {
    if (part.mime == "text/plain" && !part.is_listed()) return true;
    return std::any_of(part.parts.begin(), part.parts.end(), HoldsPlain);
  }

  void LookForHtml(const MailPart& part) {
    if (part.mime == "text/html") body_.has_html = true;
    for (const MailPart& each : part.parts) LookForHtml(each);
  }

  void Returned(const MailPart& message) {
    MailBody inner = BodyReader().Read(message);
    body_.has_html = body_.has_html || inner.has_html;
    // A report that was passed on reports still; a report on a report does not.
    if (!HasReport(body_) && HasReport(inner)) {
      for (MailSection& section : inner.sections) Add(std::move(section));
      return;
    }
    std::string text = MailHeaderLines(message.headers);
    for (const MailSection& section : inner.sections) text += "\n" + section.text + "\n";
    Add({Kind::kReturned, "Original message", std::move(text), {}, {}});
  }

  void Report(const MailPart& part) {
    std::string fields = Decoded(part);
    MailReport report = ReadMailReport(fields);
    Add({Kind::kReport,
         part.mime == "message/feedback-report" ? "Feedback report" : "Delivery status",
         std::move(report.text),
         std::move(report.table),
         {}});
  }

  void Html(const MailPart& part) {
    std::string charset = part.charset;
    if (charset.empty()) charset = CharsetOfHtml(part.content);
    MailHtml html = ReadMailHtml(Utf8(part.content, charset));
    if (html.flattened) Note("The mail is nested too deeply to keep its structure; only its text was read.");
    Add({Kind::kBody, "", CleanMailText(html.text), {}, std::move(html.tables)});
  }

  std::string Decoded(const MailPart& part) {
    std::string text = CleanMailText(Utf8(part.content, part.charset));
    return part.flowed ? UnfoldFlowed(text, part.delete_space) : text;
  }

  std::string Utf8(std::string_view bytes, const std::string& charset) {
    MailText decoded = DecodeMailText(bytes, charset);
    if (decoded.damaged) {
      Note(fmt::format("Some characters are damaged: the bytes do not fit the charset {}.", decoded.charset));
    } else if (decoded.other && !charset.empty()) {
      Note(fmt::format("The text is declared as {} but was read as {}.", text::TrimSpace(CleanMailText(charset)),
                       decoded.charset));
    } else if (decoded.other) {
      Note(fmt::format("The charset is not declared; the text was read as {}.", decoded.charset));
    }
    return std::move(decoded.text);
  }

  void Note(std::string note) {
    if (std::find(body_.notes.begin(), body_.notes.end(), note) == body_.notes.end())
      body_.notes.push_back(std::move(note));
  }

  void Add(MailSection section) {
    section.text = TrimLines(section.text);
    if (!section.text.empty()) body_.sections.push_back(std::move(section));
  }

  MailBody body_;
};

}  // namespace

std::string MailHeaderLines(const MailHeaders& headers) {
  std::string out;
  const auto line = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) out.append(name).append(": ").append(value).append("\n");
  };
  line("Subject", headers.subject);
  line("From", headers.from_text);
  line("To", headers.to_text);
  line("Cc", headers.cc_text);
  line("Date", headers.date.empty() ? headers.date_text : headers.date);
  return out;
}

MailBody ReadMailBody(const MailPart& root) { return BodyReader().Read(root); }

}  // namespace yk::formats
