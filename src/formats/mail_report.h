// SPDX-License-Identifier: Apache-2.0
// Reports of mail systems: groups of fields (RFC 3464, RFC 5965).
#pragma once

#include <string>
#include <string_view>

#include "reader/table.h"

namespace yk::formats {

struct MailReport {
  std::string text;     ///< one line per field, unfolded, a blank line between groups
  reader::Table table;  ///< a row per recipient, columns named by their fields; no rows when no group names a recipient
};

/// `fields` is clean UTF-8 with LF line ends.
MailReport ReadMailReport(std::string_view fields);

}  // namespace yk::formats
