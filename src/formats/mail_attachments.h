// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "formats/mail_message.h"
#include "reader/wire.h"

namespace yk::formats {

/// The entities shown as attachments, in the mail's order. What a mail attached as a file holds is not among them: that
/// mail names its own.
std::vector<const MailPart*> ListedParts(const MailPart& root);

/// Lists the attachments in the document and appends what can be read of them behind its text, a part each. What cannot
/// be read says so in its entry; the mail never fails for it.
void AddAttachments(const MailPart& root, const reader::ReadRequest& request, reader::Document& document);

/// The attachment that options.member names, read; kNotFound with the names there are.
Result<reader::ReadAnswer> ReadAttachment(const MailPart& root, const reader::ReadRequest& request);

}  // namespace yk::formats
