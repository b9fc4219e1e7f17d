// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/range.h"

namespace yk::text {

/// E-mail addresses, domain lower-cased; full-width ones are found too.
std::vector<Spot<std::string>> FindEmails(std::string_view text);

/// Phone and fax numbers as digits with a leading + where given: 03-1234-5678, (03)1234-5678, 090-1234-5678,
/// 0120-123-456, +81 3 1234 5678, (212) 555-0100, 212-555-0100, +44 20 7946 0000. Unseparated digits count only after
/// a word such as TEL, 電話, Phone.
std::vector<Spot<std::string>> FindPhones(std::string_view text);

/// http, https and www. addresses, without the punctuation or Japanese text that follows them.
std::vector<Spot<std::string>> FindUrls(std::string_view text);

}  // namespace yk::text
