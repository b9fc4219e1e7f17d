// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace yk::logs {

/// How serious a line says it is. Words of many programs are mapped to these (warning, ERR, 警告, the letter E of a
/// one-letter column); kNone where the line has no such word in its header.
enum class Level : uint8_t { kNone, kTrace, kDebug, kInfo, kWarn, kError, kFatal };
inline constexpr size_t kLevels = 7;

using LevelCounts = std::array<uint64_t, kLevels>;

/// "none", "trace", "debug", "info", "warn", "error", "fatal".
std::string_view LevelName(Level level);

/// The level that a whole word names ("WARNING", "err", "エラー"), without regard to case; kNone for other words. One
/// letter (V D I W E F) is understood only when `one_letter` says that the column holds nothing else.
Level LevelOf(std::string_view word, bool one_letter = false);

/// How a field says its level.
enum class LevelScale : uint8_t {
  kWords,
  kLetters,   ///< V D I W E F
  kPriority,  ///< syslog's number of facility and severity: 11 is an error
  kSeverity,  ///< syslog's severities: 0 to 7, the most serious first
  kTens,      ///< 10 to 60, as JSON loggers write them: 50 is an error
};

/// The level of a field. A word may stand in brackets, or be the first or last of some: "<ERROR>", "Fatal error",
/// "user@database ERROR".
Level LevelOn(LevelScale scale, std::string_view text);

/// The scale of a field by its values; a number that fits no scale is a word.
LevelScale ScaleOf(const std::vector<std::string_view>& values, bool priority);

}  // namespace yk::logs
