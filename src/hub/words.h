// SPDX-License-Identifier: Apache-2.0
// How amounts, and text that others wrote, are put into sentences.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace yk::hub {

/// "4.9 GB", "340 MB", "12 kB", "812 bytes"; powers of ten, as disks and hubs count.
std::string SpokenBytes(uint64_t bytes);

/// "2 min 5 s", "12 s", "0.5 s"
std::string SpokenTime(Duration time);

/// Text of a file or a server as it may stand in a message and on a terminal: at most 80 bytes, control characters as
/// question marks.
std::string Shown(std::string_view text);

}  // namespace yk::hub
