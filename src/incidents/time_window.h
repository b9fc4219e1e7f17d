// SPDX-License-Identifier: Apache-2.0
// A part of a log's time: "only what happened between 10:00 and 11:00".
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "incidents/incident.h"
#include "logs/mine.h"

namespace yk::incidents {

/// A moment as people write it: "2026-03-02 10:42", "2026-03-02T10:42:07", "2026-03-02", "10:42" on the log's last
/// day, or "90m", "2h", "3d" before the log's end. kInvalid names what was not understood.
Result<logs::Micros> ParseMoment(std::string_view text, const logs::LogSummary& log);

/// The part of one input that a window covers.
struct Piece {
  uint32_t input = 0;         ///< in the whole log
  uint64_t offset = 0;        ///< of its first byte there
  uint64_t lines_before = 0;  ///< lines of the whole log before the piece
  logs::LogInput bytes;
};

/// Whether ParseMoment understands it, whatever the log.
bool IsMoment(std::string_view text);

/// From the first to the last line of each input with a time in [from, to); kNoTime: no bound. Lines without a time
/// between them belong to it. Reads the log once.
std::vector<Piece> CutTime(const logs::Mined& mined, std::span<const logs::LogInput> inputs, logs::Micros from,
                           logs::Micros to);

/// Puts places that were found in the pieces back to where they are in the whole log.
void RestorePlaces(std::span<const Piece> pieces, logs::LogSummary* log, Findings* findings);

}  // namespace yk::incidents
