// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "logs/timestamp.h"

namespace yk::logs {

/// What was read last: most lines were written in the same second and zone as the line before them. One per thread; it
/// changes how long reading takes, never what is read.
class TimeMemo {
 public:
  /// The same as ReadTimeAs.
  bool Read(std::string_view text, int form, int year, TimeMatch* out);

 private:
  struct Last {
    int form = -1;
    int year = 0;
    Micros second = 0;
    size_t bytes = 0;  ///< up to and with the seconds
    char text[32] = {};
    bool fraction = false, zone = false;  ///< what may follow
    bool zone_at_end = false;             ///< no byte stood behind the zone
    uint8_t zone_bytes = 0;               ///< 0: there was none
    char zone_text[8] = {};               ///< with the byte behind it
  };
  void Keep(std::string_view text, int form, int year, const TimeMatch& match);
  static bool ReadTail(const Last& last, std::string_view text, TimeMatch* out);

  std::array<Last, 64> last_;  ///< by form: a log of several layouts goes to and fro between some
};

}  // namespace yk::logs
