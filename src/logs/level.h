// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

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

}  // namespace yk::logs
