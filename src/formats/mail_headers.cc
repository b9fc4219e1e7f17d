// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_headers.h"

#include <algorithm>

#include "formats/mail_charset.h"
#include "formats/mail_date.h"
#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

constexpr size_t kAddressesMax = 10'000;

std::string Trimmed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != '\r' && c != '\n') out += c;
  }
  return std::string(text::TrimSpace(out));
}

void AddAddresses(InternetAddressList* list, std::vector<MailAddress>& out) {
  for (int i = 0; list != nullptr && i < internet_address_list_length(list) && out.size() < kAddressesMax; ++i) {
    InternetAddress* each = internet_address_list_get_address(list, i);
    if (INTERNET_ADDRESS_IS_GROUP(each)) {
      AddAddresses(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(each)), out);
    } else if (INTERNET_ADDRESS_IS_MAILBOX(each)) {
      const char* address = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(each));
      const char* name = internet_address_get_name(each);
      if (address == nullptr || *address == '\0') continue;
      out.push_back({text::FoldCase(text::RepairUtf8(address)), name == nullptr ? "" : DecodeMailHeader(name)});
    }
  }
}

std::vector<MailAddress> Addresses(std::string raw, GMimeParserOptions* options, std::string_view charset) {
  std::vector<MailAddress> out;
  // Raw bytes are decoded first: the parser reads UTF-8 and encoded words.
  if (!text::IsValidUtf8(raw) || raw.find('\x1B') != std::string::npos) raw = DecodeMailText(raw, charset).text;
  const GRef<InternetAddressList> list(internet_address_list_parse(options, raw.c_str()));
  AddAddresses(list.get(), out);
  return out;
}

}  // namespace

std::string RawHeader(GMimeObject* object, const char* name) {
  GMimeHeader* header = g_mime_header_list_get_header(g_mime_object_get_header_list(object), name);
  const char* raw = header == nullptr ? nullptr : g_mime_header_get_raw_value(header);
  return raw == nullptr ? std::string() : std::string(raw);
}

MailHeaders ReadMailHeaders(GMimeMessage* message, GMimeParserOptions* options, std::string_view charset) {
  GMimeObject* object = GMIME_OBJECT(message);
  MailHeaders out;
  out.subject = DecodeMailHeader(RawHeader(object, "Subject"), charset);
  const std::string from = RawHeader(object, "From");
  const std::string to = RawHeader(object, "To");
  const std::string cc = RawHeader(object, "Cc");
  out.from_text = DecodeMailHeader(from, charset);
  out.to_text = DecodeMailHeader(to, charset);
  out.cc_text = DecodeMailHeader(cc, charset);
  out.from = Addresses(from, options, charset);
  out.to = Addresses(to, options, charset);
  out.cc = Addresses(cc, options, charset);
  out.reply_to = Addresses(RawHeader(object, "Reply-To"), options, charset);
  out.date_text = DecodeMailHeader(RawHeader(object, "Date"), charset);
  MailDate date = ReadMailDate(out.date_text);
  out.date = std::move(date.local);
  out.date_utc = std::move(date.utc);
  out.date_problem = std::move(date.problem);
  out.message_id = DecodeMailHeader(RawHeader(object, "Message-ID"));
  out.in_reply_to = DecodeMailHeader(RawHeader(object, "In-Reply-To"));
  const std::string references = Trimmed(RawHeader(object, "References"));
  GMimeReferences* parsed = references.empty() ? nullptr : g_mime_references_parse(options, references.c_str());
  for (int i = 0; parsed != nullptr && i < g_mime_references_length(parsed); ++i) {
    out.references.push_back("<" + text::RepairUtf8(g_mime_references_get_message_id(parsed, i)) + ">");
  }
  if (parsed != nullptr) g_mime_references_free(parsed);
  return out;
}

}  // namespace yk::formats
