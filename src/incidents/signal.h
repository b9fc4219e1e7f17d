// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "logs/template.h"

namespace yk::incidents {

enum class SignalKind {
  kBurst,     ///< far more lines than at other times
  kNew,       ///< a kind of line that was not there before
  kDrop,      ///< fewer lines than at other times, not none
  kSilence,   ///< lines, or one value in them, that came all the time and stopped
  kShift,     ///< the numbers in a slot are other ones for a while
  kDominant,  ///< one value makes up an unusual part of the lines
  kTrend,     ///< numbers that grow or shrink over the whole time
  kSequence,  ///< what always follows a line did not follow
  kSession,   ///< ids whose lines come in a combination that others do not have
  kFailure,   ///< few lines that say something grave; for logs without times all that can be said
};
std::string_view SignalName(SignalKind kind);

/// One thing that stands out. Several of them make an incident.
struct Signal {
  SignalKind kind = SignalKind::kBurst;
  uint32_t template_id = 0;
  std::string entity;  ///< the value it is about (an address, a host); empty: all lines of the template
  int slot = -1;       ///< of the entity or the numbers; -1: none, or a field of the header
  double score = 0;
  uint32_t begin = 0, end = 0;                            ///< coarse bins [begin, end)
  logs::Micros from = logs::kNoTime, to = logs::kNoTime;  ///< finer, where the counts allow
  uint64_t lines = 0;            ///< that belong to it; those missing, for kDrop, kSilence, kSequence
  double expected = 0;           ///< lines at the usual rate, or the usual number (kShift, kTrend)
  double observed = 0;           ///< lines, or the number then
  std::string text;              ///< what stands out, as a sentence without an end: "31 times as many lines as usual"
  std::vector<uint32_t> others;  ///< templates that take part (what did not follow)
  std::vector<logs::LinePlace> at;  ///< lines that show it, where it is not the template's examples
};

}  // namespace yk::incidents
