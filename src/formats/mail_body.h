// SPDX-License-Identifier: Apache-2.0
// What a mail says, in the order a person reads it: its body, the reports of mail systems, the mails given back.
#pragma once

#include <string>
#include <vector>

#include "formats/mail_message.h"
#include "reader/table.h"

namespace yk::formats {

struct MailSection {
  enum class Kind {
    kBody,      ///< own words, quotations, signature
    kReport,    ///< fields for machines: delivery status, feedback report
    kReturned,  ///< another mail, or its headers
  };
  Kind kind = Kind::kBody;
  std::string heading;                        ///< empty: none
  std::string text;                           ///< clean UTF-8, no blank lines at its ends
  reader::Table table;                        ///< of a report: a row per recipient
  std::vector<reader::Table> tables_in_text;  ///< of a body: their rows are lines of it
};

struct MailBody {
  std::vector<MailSection> sections;
  bool has_html = false;
  std::vector<std::string> notes;
};

/// The header lines shown above a mail's text: "Subject: …", "From: …", "To: …", "Date: …".
std::string MailHeaderLines(const MailHeaders& headers);

MailBody ReadMailBody(const MailPart& root);

}  // namespace yk::formats
