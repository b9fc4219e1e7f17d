// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_message.h"

#include <algorithm>

#include "base/result.h"
#include "formats/mail_charset.h"
#include "formats/mail_headers.h"
#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

constexpr size_t kDefectsMax = 50;
constexpr int kEntitiesMax = 100'000;

void AddDefect(ParsedMail& mail, std::string sentence) {
  if (mail.defects.size() >= kDefectsMax) return;
  if (std::find(mail.defects.begin(), mail.defects.end(), sentence) == mail.defects.end()) {
    mail.defects.push_back(std::move(sentence));
  }
}

const char* DefectSentence(GMimeParserWarning code) {
  switch (code) {
    case GMIME_WARN_DUPLICATED_HEADER: return "A header that may stand once stands several times.";
    case GMIME_WARN_UNENCODED_8BIT_HEADER: return "A header holds bytes beyond ASCII that are not encoded.";
    case GMIME_WARN_INVALID_CONTENT_TYPE: return "A part has a content type that cannot be understood.";
    case GMIME_WARN_INVALID_RFC2047_HEADER_VALUE: return "A header holds a damaged encoded word.";
    case GMIME_WARN_MALFORMED_MULTIPART: return "A multipart has no parts between its boundaries.";
    case GMIME_WARN_TRUNCATED_MESSAGE: return "The mail is cut off: a closing boundary is missing.";
    case GMIME_WARN_MALFORMED_MESSAGE: return "The mail breaks the rules of its format.";
    case GMIME_CRIT_INVALID_HEADER_NAME: return "A line among the headers is no header; what follows is read as text.";
    case GMIME_CRIT_CONFLICTING_HEADER: return "A header stands twice with different values; the first counts.";
    case GMIME_CRIT_CONFLICTING_PARAMETER: return "A header's parameter stands twice with different values.";
    case GMIME_CRIT_MULTIPART_WITHOUT_BOUNDARY: return "A multipart names no boundary; its parts cannot be told apart.";
    case GMIME_WARN_INVALID_PARAMETER: return "A header has a damaged parameter.";
    case GMIME_WARN_INVALID_ADDRESS_LIST: return "An address line is damaged.";
    case GMIME_CRIT_NESTING_OVERFLOW: return "Parts are nested too deep; the innermost are left out.";
    case GMIME_WARN_PART_WITHOUT_CONTENT: return "A part ends inside its headers.";
    case GMIME_CRIT_PART_WITHOUT_HEADERS_OR_CONTENT: return "A part is empty.";
    default: return nullptr;
  }
}

void OnWarning(gint64, GMimeParserWarning code, const gchar*, gpointer user) {
  if (const char* sentence = DefectSentence(code)) AddDefect(*static_cast<ParsedMail*>(user), sentence);
}

std::string Bytes(GMimeStream* memory) {
  const GByteArray* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
  return array == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(array->data), array->len);
}

/// Base64 up to its padding, signs of no meaning left out. GMime drops a last group that lacks its padding.
std::string DecodeBase64(std::string_view text, bool& damaged) {
  std::string clean;
  clean.reserve(text.size() + 3);
  for (const char c : text) {
    if (g_ascii_isalnum(c) || c == '+' || c == '/') {
      clean += c;
    } else if (c == '=' && clean.size() % 4 >= 2) {
      break;
    } else if (c != '\n' && c != '\r' && c != ' ' && c != '\t') {
      damaged = true;
    }
  }
  if (clean.size() % 4 == 1) clean.pop_back(), damaged = true;
  while (clean.size() % 4 != 0) clean += '=';
  std::string out(clean.size(), '\0');
  gint state = 0;
  guint save = 0;
  out.resize(g_base64_decode_step(clean.data(), clean.size(), reinterpret_cast<guchar*>(out.data()), &state, &save));
  return out;
}

std::string ContentOf(GMimePart* part, bool& damaged) {
  GMimeDataWrapper* content = g_mime_part_get_content(part);
  if (content == nullptr) return {};
  const GRef<GMimeStream> memory(g_mime_stream_mem_new());
  GMimeStream* stored = g_mime_data_wrapper_get_stream(content);
  if (g_mime_data_wrapper_get_encoding(content) == GMIME_CONTENT_ENCODING_BASE64 && stored != nullptr) {
    g_mime_stream_reset(stored);
    g_mime_stream_write_to_stream(stored, memory.get());
    return DecodeBase64(Bytes(memory.get()), damaged);
  }
  g_mime_data_wrapper_write_to_stream(content, memory.get());
  return Bytes(memory.get());
}

std::string Written(GMimeObject* object) {
  const GRef<GMimeStream> memory(g_mime_stream_mem_new());
  g_mime_object_write_to_stream(object, nullptr, memory.get());
  return Bytes(memory.get());
}

/// The type as written before the first ";": parsers differ on what is wrong with one, the words stand in the mail.
std::string MimeOf(GMimeObject* object) {
  const std::string raw = RawHeader(object, "Content-Type");
  std::string type = text::FoldCase(text::TrimSpace(text::RepairUtf8(raw.substr(0, raw.find(';')))));
  std::erase_if(type, [](char c) { return c == '\r' || c == '\n'; });
  if (std::count(type.begin(), type.end(), '/') == 1 && type.front() != '/' && type.back() != '/') return type;
  GMimeContentType* parsed = raw.empty() ? g_mime_object_get_content_type(object) : nullptr;
  if (parsed == nullptr) return "text/plain";
  return fmt::format("{}/{}", text::FoldCase(g_mime_content_type_get_media_type(parsed)),
                     text::FoldCase(g_mime_content_type_get_media_subtype(parsed)));
}

bool ParameterIs(GMimeObject* object, const char* name, const char* value) {
  const char* found = g_mime_object_get_content_type_parameter(object, name);
  return found != nullptr && g_ascii_strcasecmp(found, value) == 0;
}

std::string FilenameOf(GMimeObject* object) {
  const char* name = g_mime_object_get_content_disposition_parameter(object, "filename");
  if (name == nullptr) name = g_mime_object_get_content_type_parameter(object, "name");
  return name == nullptr ? std::string() : DecodeMailHeader(name);
}

class TreeReader {
 public:
  TreeReader(ParsedMail& mail, GMimeParserOptions* options, int depth_max)
      : mail_(mail), options_(options), depth_max_(depth_max) {}

  MailPart Message(GMimeMessage* message, int depth) {
    GMimeObject* body = g_mime_message_get_mime_part(message);
    MailPart out = body == nullptr ? MailPart{} : Part(body, depth);
    if (body == nullptr) ++mail_.leaves;
    out.has_headers = true;
    out.headers = ReadMailHeaders(message, options_, out.charset);
    if (!out.headers.date_problem.empty()) AddDefect(mail_, out.headers.date_problem);
    return out;
  }

  MailPart Part(GMimeObject* object, int depth) {
    MailPart out;
    out.mime = MimeOf(object);
    if (const char* charset = g_mime_object_get_content_type_parameter(object, "charset")) out.charset = charset;
    out.flowed = out.mime == "text/plain" && ParameterIs(object, "format", "flowed");
    out.delete_space = ParameterIs(object, "delsp", "yes");
    const char* disposition = g_mime_object_get_disposition(object);
    out.attached = disposition != nullptr && g_ascii_strcasecmp(disposition, "attachment") == 0;
    out.filename = FilenameOf(object);
    if (depth > depth_max_ || ++entities_ > kEntitiesMax) {
      AddDefect(mail_, DefectSentence(GMIME_CRIT_NESTING_OVERFLOW));
    } else if (GMIME_IS_MULTIPART(object)) {
      Multipart(GMIME_MULTIPART(object), depth, out);
    } else if (GMIME_IS_MESSAGE_PART(object)) {
      if (GMimeMessage* inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object))) {
        out.content = Written(GMIME_OBJECT(inner));
        out.parts.push_back(Message(inner, depth + 1));
      }
    } else if (GMIME_IS_PART(object)) {
      bool damaged = false;
      out.content = ContentOf(GMIME_PART(object), damaged);
      if (damaged) AddDefect(mail_, "The base64 of a part is damaged; what could be decoded is kept.");
      if (out.is_multipart()) return Again(object, out, depth);
      mail_.leaves += LeavesOf(out);
    }
    return out;
  }

 private:
  void Multipart(GMimeMultipart* multipart, int depth, MailPart& out) {
    // A type that reads as something else in the header cannot hold parts.
    if (!out.is_multipart()) out.mime = "multipart/mixed";
    if (const char* prologue = g_mime_multipart_get_prologue(multipart)) out.preamble = prologue;
    const int count = g_mime_multipart_get_count(multipart);
    if (count == 0) ++mail_.leaves;
    for (int i = 0; i < count; ++i) {
      out.parts.push_back(Part(g_mime_multipart_get_part(multipart, i), depth + 1));
    }
  }

  /// Two content types, of which the first says multipart and the last won: read again with the first alone.
  MailPart Again(GMimeObject* object, MailPart& part, int depth) {
    const std::string bytes = "Content-Type: " + RawHeader(object, "Content-Type") + "\n\n" + part.content;
    const GRef<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
    const GRef<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    const GRef<GMimeObject> parsed(g_mime_parser_construct_part(parser.get(), options_));
    if (parsed != nullptr && GMIME_IS_MULTIPART(parsed.get())) return Part(parsed.get(), depth + 1);
    part.preamble = std::move(part.content);
    ++mail_.leaves;
    return std::move(part);
  }

  /// Groups of fields in a delivery status count one by one.
  static int LeavesOf(const MailPart& part) {
    int groups = 0;
    bool open = false;
    for (size_t at = 0; part.mime == "message/delivery-status" && at < part.content.size();) {
      size_t end = part.content.find('\n', at);
      if (end == std::string::npos) end = part.content.size();
      const bool blank = part.content.find_first_not_of("\r ", at) >= end;
      if (!blank && !open) ++groups;
      open = !blank;
      at = end + 1;
    }
    return std::max(groups, 1);
  }

  ParsedMail& mail_;
  GMimeParserOptions* options_;
  const int depth_max_;
  int entities_ = 0;
};

GOptions MakeOptions(ParsedMail& mail) {
  static const bool ready = (g_mime_init(), true);
  (void)ready;
  GOptions options(g_mime_parser_options_new());
  g_mime_parser_options_set_allow_addresses_without_domain(options.get(), TRUE);
  g_mime_parser_options_set_address_compliance_mode(options.get(), GMIME_RFC_COMPLIANCE_LOOSE);
  g_mime_parser_options_set_parameter_compliance_mode(options.get(), GMIME_RFC_COMPLIANCE_LOOSE);
  g_mime_parser_options_set_rfc2047_compliance_mode(options.get(), GMIME_RFC_COMPLIANCE_LOOSE);
  const char* charsets[] = {"utf-8", "cp932", "iso-8859-1", nullptr};
  g_mime_parser_options_set_fallback_charsets(options.get(), charsets);
  g_mime_parser_options_set_warning_callback(options.get(), OnWarning, &mail);
  return options;
}

/// Some mails begin with a mailbox's "From " line, with blank lines or a blank before the first header.
std::string_view WithoutEnvelope(std::string_view bytes) {
  const size_t begin = bytes.find_first_not_of(" \t\r\n");
  bytes.remove_prefix(begin == std::string_view::npos ? bytes.size() : begin);
  if (bytes.starts_with("From ") || bytes.starts_with(">From ")) {
    const size_t end = bytes.find('\n');
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  }
  return bytes;
}

bool IsHeaderOrMore(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') return true;
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view name = line.substr(0, colon);
  return std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 127; });
}

/// Where the text begins though no blank line ends the headers; npos when all is well.
size_t MissingBlankLine(std::string_view bytes) {
  for (size_t at = 0; at < bytes.size();) {
    const size_t end = std::min(bytes.find('\n', at), bytes.size());
    const std::string_view line = bytes.substr(at, end - at);
    if (line.empty() || line == "\r") break;
    if (!IsHeaderOrMore(line)) return at;
    at = end + 1;
  }
  return std::string_view::npos;
}

}  // namespace

ParsedMail ParseMail(std::string_view bytes, int depth_max) {
  ParsedMail mail;
  const GOptions options = MakeOptions(mail);
  bytes = WithoutEnvelope(bytes);
  const GRef<GMimeStream> stream(g_mime_stream_mem_new());
  const size_t cut = MissingBlankLine(bytes);
  if (cut != std::string_view::npos && cut > 0) {
    AddDefect(mail, "No blank line ends the headers; the text begins at the first line that is no header.");
    g_mime_stream_write(stream.get(), bytes.data(), cut);
    g_mime_stream_write(stream.get(), "\n", 1);
    bytes.remove_prefix(cut);
  }
  g_mime_stream_write(stream.get(), bytes.data(), bytes.size());
  g_mime_stream_reset(stream.get());
  const GRef<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  g_mime_parser_set_format(parser.get(), GMIME_FORMAT_MESSAGE);
  g_mime_parser_set_persist_stream(parser.get(), TRUE);
  const GRef<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), options.get()));
  if (message == nullptr) {
    AddDefect(mail, "The mail has no headers; all of it is read as text.");
    mail.root.content = std::string(bytes);
    mail.root.has_headers = true;
    mail.leaves = 1;
    return mail;
  }
  mail.root = TreeReader(mail, options.get(), depth_max).Message(message.get(), 0);
  return mail;
}

}  // namespace yk::formats
