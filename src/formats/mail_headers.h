// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/gmime_ref.h"
#include "formats/mail_message.h"

namespace yk::formats {

/// The fields of a message that others see. `charset`: what its body claims, for headers with raw bytes.
MailHeaders ReadMailHeaders(GMimeMessage* message, GMimeParserOptions* options, std::string_view charset);

/// A header's bytes as written, without the name; empty when there is none.
std::string RawHeader(GMimeObject* object, const char* name);

}  // namespace yk::formats
