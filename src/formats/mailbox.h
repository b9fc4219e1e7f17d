// SPDX-License-Identifier: Apache-2.0
// Mails in one file (RFC 4155 and its older kin): each begins with a line "From ADDRESS DATE".
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/container.h"
#include "reader/wire.h"

namespace yk::formats {

/// A "From " line with a date, and a header line below it.
bool IsMailbox(std::string_view bytes);

/// The messages without their "From " lines, at most `messages_max`. A "From " line counts when it follows a blank line
/// (or begins the file) and has a time and a year, or one word alone and a header below. Content-Length is not
/// believed.
std::vector<std::string_view> SplitMailbox(std::string_view bytes, size_t messages_max);

/// A message without the ">" that mailboxes put before "From " (and before ">From ").
std::string UnquoteFrom(std::string_view message);

/// The messages by their numbers from 1. Null when the content is one mail alone.
Result<std::unique_ptr<Container>> OpenMailbox(const reader::ReadRequest& request, std::string_view bytes);

/// kList: the messages "1", "2", …; kRead: all texts, a page each. One mail alone is read as a mail.
Result<reader::ReadAnswer> ReadMailbox(const reader::ReadRequest& request, std::string_view bytes);

}  // namespace yk::formats
