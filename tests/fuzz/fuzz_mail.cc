// SPDX-License-Identifier: Apache-2.0
// Mailboxes and mails' texts: messages lie in order inside the mailbox, runs cover a text line by line.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "formats/mail.h"
#include "formats/mail_charset.h"
#include "formats/mail_quotes.h"
#include "formats/mail_report.h"
#include "formats/mailbox.h"
#include "text/utf8.h"

namespace {

void Check(bool kept, const char* promise) {
  if (kept) return;
  std::cerr << "broken promise: " << promise << "\n";
  std::abort();
}

void CheckMailbox(std::string_view bytes) {
  const char* at = bytes.data();
  for (const std::string_view message : yk::formats::SplitMailbox(bytes, 1000)) {
    Check(message.data() >= at && message.data() + message.size() <= bytes.data() + bytes.size(),
          "messages lie in order inside the mailbox");
    at = message.data() + message.size();
    Check(yk::formats::UnquoteFrom(message).size() <= message.size(), "taking marks off adds nothing");
  }
}

void CheckRuns(std::string_view text) {
  size_t at = 0;
  for (const yk::formats::MailRun& run : yk::formats::SplitMailBody(text)) {
    Check(run.begin == at && run.end > run.begin, "runs cover the text in order");
    Check((run.kind == yk::formats::MailRun::Kind::kQuote) == (run.level > 0), "quotations and only they have a level");
    Check(run.begin == 0 || text[run.begin - 1] == '\n', "runs begin with a line");
    at = run.end;
  }
  Check(at == text.size(), "runs cover the whole text");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)yk::formats::IsMail(bytes);
  (void)yk::formats::IsMailbox(bytes);
  CheckMailbox(bytes);
  const std::string text = yk::formats::CleanMailText(bytes);
  CheckRuns(text);
  (void)yk::formats::ReadMailReport(text);
  Check(yk::text::IsValidUtf8(yk::formats::DecodeMailHeader(bytes)), "headers are UTF-8");
  return 0;
}
