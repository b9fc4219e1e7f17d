// SPDX-License-Identifier: Apache-2.0
#include "text/neighbour_scripts.h"

#include "text/utf8.h"

namespace yk::text {
namespace {

constexpr double kShareLeast = 0.18;
constexpr size_t kCharactersLeast = 20;

constexpr std::u32string_view kChinese =
    U"的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能"
    U"好都然没日于起还发成事只"
    U"作当想看文无开手十用主行方又如前所本见经头面公同三已从动两长";
constexpr std::u32string_view kKorean =
    U"이다는에을의가고하지로를은기한서사도해어자시리인대나아들정과일라수으며그있니스여부전제상주만습게보원";

bool HoldsMany(std::string_view text, std::u32string_view frequent) {
  size_t all = 0, known = 0;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = NextCodePoint(text, &at);
    if (c < 0x3400) continue;  // ASCII, marks and kana
    ++all;
    known += frequent.find(c) != std::u32string_view::npos ? 1 : 0;
  }
  return all >= kCharactersLeast && static_cast<double>(known) > kShareLeast * static_cast<double>(all);
}

}  // namespace

bool ReadsAsChinese(std::string_view text) { return HoldsMany(text, kChinese); }
bool ReadsAsKorean(std::string_view text) { return HoldsMany(text, kKorean); }

}  // namespace yk::text
