// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace yk::formats {

struct MailDate {
  std::string local;    ///< with the offset written: "2024-04-01T09:30:00+09:00"; empty when it is no date
  std::string utc;      ///< "2024-04-01T00:30:00Z"
  std::string problem;  ///< a sentence when something was missing or could not be read
};

/// The Date header of a mail, decoded: as RFC 5322 wants it, ISO 8601, with Japanese names of days and months.
MailDate ReadMailDate(std::string_view decoded);

}  // namespace yk::formats
