// SPDX-License-Identifier: Apache-2.0
#include "hub/words.h"

#include <fmt/format.h>

namespace yk::hub {

std::string SpokenBytes(uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  const char* unit = "kB";
  double amount = static_cast<double>(bytes) / 1e3;
  for (const char* larger : {"MB", "GB", "TB", "PB", "EB"}) {
    if (amount < 999.5) break;
    amount /= 1e3;
    unit = larger;
  }
  return fmt::format("{:.{}f} {}", amount, amount < 9.95 ? 1 : 0, unit);
}

std::string SpokenTime(Duration time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
  if (seconds >= 60) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  if (time % std::chrono::seconds(1) == Duration::zero()) return fmt::format("{} s", seconds);
  return fmt::format("{:.1f} s", std::chrono::duration<double>(time).count());
}

std::string Shown(std::string_view text) {
  constexpr size_t kMax = 80;
  std::string out(text.substr(0, kMax));
  // A character of several bytes that the limit cuts goes as a whole.
  while (text.size() > kMax && !out.empty() && (static_cast<unsigned char>(text[out.size()]) & 0xc0) == 0x80) {
    out.pop_back();
  }
  for (size_t i = 0; i < out.size(); ++i) {
    const auto byte = static_cast<unsigned char>(out[i]);
    if (byte < 0x20 || byte == 0x7f) out[i] = '?';
    // The control characters of ISO 6429 above ASCII; a terminal may obey them too.
    if (byte == 0xc2 && i + 1 < out.size() && static_cast<unsigned char>(out[i + 1]) < 0xa0) out.replace(i, 2, "?");
  }
  return out;
}

}  // namespace yk::hub
