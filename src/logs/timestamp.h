// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "logs/time_grid.h"

namespace yk::logs {

/// A time at the beginning of a text.
struct TimeMatch {
  size_t bytes = 0;  ///< 0: none of the known forms
  Micros time = kNoTime;
  int form = -1;         ///< which form it was; give it to the next call
  size_t to_second = 0;  ///< bytes up to and with the seconds; 0 for forms without
  bool found() const { return bytes > 0; }
};

/// Reads ISO 8601, syslog, RFC 1123, asctime, web server, log4j, Android, compact and Japanese forms (with eras), and
/// seconds, milliseconds or microseconds since 1970. `form_hint` is tried first and, when it fits, alone.
/// `year` stands for one that the form lacks.
TimeMatch ReadTime(std::string_view text, int year, int form_hint = -1);

/// The same in this form alone.
bool ReadTimeAs(std::string_view text, int form, int year, TimeMatch* out);

/// What may follow the seconds of a form.
struct FormTail {
  bool plain = false;  ///< nothing but a fraction and a zone
  bool fraction = false, zone = false;
};
FormTail TailOf(int form);

/// A number of 10 digits may be anything; whether the form is one that only a time has.
bool IsSureForm(int form);
/// Whether the form holds a year, as numbers since 1970 do.
bool HasYear(int form);
/// Whether the form begins with the letter of a level: "E1128 10:42:07".
bool LevelLeads(int form);
/// Whether the form holds a date beside the clock.
bool HasDate(int form);

/// The forms that differ from `form` only in which number is the day, the month and the year, and the form itself; the
/// one to believe when nothing tells them apart is the first. A view of `form` when there are no others.
std::span<const int> OrdersOf(const int& form);
/// Whether the form is digits and nothing else, so that a number may look like it.
bool IsDigitsAlone(int form);

size_t TimeForms();

}  // namespace yk::logs
