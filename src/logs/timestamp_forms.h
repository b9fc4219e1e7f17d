// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <iterator>
#include <string_view>

// The forms of time that logs are written in: a part of timestamp.h.
namespace yk::logs {

/// The forms, most telling first. Y y: year of four and two digits. M D h m s: one or two digits; N O i j k: the same
/// of exactly two. B: month's name. W: weekday's name. F: an optional fraction behind . , or ; f: a fraction. Z: an
/// optional zone. P: an optional AM or PM. A: an optional 午前 or 午後. J: an optional weekday in brackets. G: era.
/// L: the letter of a level. E: epoch seconds. T: T, a comma or space. ~: what follows may be written full-width. A
/// space is one or more; the rest stands for itself.
inline constexpr std::string_view kForms[] = {
    "Y-M-DTh:m:sFZ",
    "Y/M/DTh:m:sFZ",
    "Y.M.D h:m:sFZ",
    "Y-M-DJ Ah:m:sFZ",
    "Y/M/DJ Ah:m:sFZ",
    "Y-M-D-h.m.sF",
    "Y-M-D-h:m:sF",
    "YNO-h:m:s:f",
    "YNO-h:m:sF",
    "YNO h:m:sFZ",
    "YNOTijkFZ",
    "YNOijkFZ",
    "YNOijkf",
    "D/B/Y:h:m:sZ",
    "W B D h:m:sF Y",
    "W, D B Y h:m:s Z",
    "W B D Y h:m:sF",
    "B D Y h:m:sFP",
    "B D, Y h:m:sFP",
    "B D h:m:s Y",
    "B D h:m:sF",
    "D B Y h:m:sFZ",
    "D-B-Y h:m:sFZ",
    "Y年M月D日J Ah時m分s秒F",
    "Y年M月D日JAh時m分s秒F",
    "Y年M月D日J Ah:m:sF",
    "Y年M月D日J Ah時m分",
    "Y年M月D日JAh時m分",
    "Gy年M月D日J Ah時m分s秒F",
    "Gy年M月D日JAh時m分s秒F",
    "Gy年M月D日J Ah:m:sF",
    "Gy年M月D日J Ah時m分",
    "Gy.M.D h:m:sF",
    "Gy/M/D h:m:sF",
    "M月D日J Ah時m分s秒F",
    "M月D日JAh時m分s秒F",
    "M月D日J Ah:m:sF",
    "M月D日J Ah時m分",
    "~Y-M-DTh:m:sF",
    "~Y/M/DTh:m:sF",
    "~Y年M月D日J Ah時m分s秒F",
    "~Y年M月D日JAh時m分s秒F",
    "~Y年M月D日J Ah:m:sF",
    "M-D h:m:sF",
    "M/D/YTh:m:sFP",
    "D/M/YTh:m:sFP",
    "y/N/OTh:m:sF",
    "N/O/yTh:m:sFP",
    "O/N/yTh:m:sFP",
    "D.M.Y h:m:sF",
    "M/D h:m:sF",
    "M.D h:m:sF",
    "yNO h:m:sF",
    "yNO ijk",
    "Y-M-DTh:mZ",
    "Y/M/D h:m",
    "LNO i:j:kF",
    "LYNO i:j:kF",
    "E",
    "h:m:sFP",
};
inline constexpr size_t kFormCount = std::size(kForms);
inline constexpr size_t kClockOnly = kFormCount - 1;
inline constexpr size_t kEpoch = kClockOnly - 1;

constexpr int FormOf(std::string_view text) {
  for (size_t form = 0; form < kFormCount; ++form) {
    if (kForms[form] == text) return static_cast<int>(form);
  }
  return -1;
}

/// Forms that many texts fit alike: only all lines together show which number is the day.
inline constexpr std::array kLongOrders = {FormOf("M/D/YTh:m:sFP"), FormOf("D/M/YTh:m:sFP")};
inline constexpr std::array kShortOrders = {FormOf("y/N/OTh:m:sF"), FormOf("N/O/yTh:m:sFP"), FormOf("O/N/yTh:m:sFP")};

}  // namespace yk::logs
