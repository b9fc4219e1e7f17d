// SPDX-License-Identifier: Apache-2.0
// A mail as plain values, taken out of GMime's tree: headers decoded, contents without their transfer encoding.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace yk::formats {

struct MailAddress {
  std::string address;  ///< lower case
  std::string name;     ///< empty when there is none
};

struct MailHeaders {
  std::string subject;
  std::vector<MailAddress> from, to, cc, reply_to;
  std::string from_text, to_text, cc_text;  ///< as written, decoded
  std::string date;                         ///< ISO 8601 with the offset written: "2024-04-01T09:30:00+09:00"
  std::string date_utc;                     ///< "2024-04-01T00:30:00Z"
  std::string date_text;                    ///< as written, decoded; `date` is empty where it is none
  std::string date_problem;                 ///< a sentence when it was read in part or not at all
  std::string message_id, in_reply_to;      ///< with their angle brackets
  std::vector<std::string> references;
};

/// A MIME entity.
struct MailPart {
  std::string mime = "text/plain";  ///< lower case, without parameters
  std::string charset;              ///< as declared
  std::string filename;
  bool flowed = false;        ///< format=flowed: lines that end in a space go on in the next
  bool delete_space = false;  ///< DelSp=yes: and that space is no part of the text
  bool attached = false;      ///< Content-Disposition: attachment
  bool has_headers = false;   ///< `headers` are set: the mail itself, or the one inside message/rfc822
  MailHeaders headers;
  std::string content;          ///< of a leaf: decoded bytes; of message/rfc822: the message's bytes
  std::string preamble;         ///< of a multipart: text before the first boundary
  std::vector<MailPart> parts;  ///< of a multipart its parts; of message/rfc822 the message inside

  bool is_multipart() const { return mime.starts_with("multipart/"); }
  bool is_message() const { return mime.starts_with("message/") && !parts.empty(); }
  bool is_listed() const { return !is_multipart() && (attached || !filename.empty()); }  ///< shown as an attachment
};

struct ParsedMail {
  MailPart root;
  int leaves = 0;                    ///< MIME entities that hold no others
  std::vector<std::string> defects;  ///< sentences, each once
};

/// Never fails: what is no mail becomes one with a text and defects. `depth_max` bounds nested multiparts and messages.
ParsedMail ParseMail(std::string_view bytes, int depth_max);

}  // namespace yk::formats
