// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "logs/template.h"
#include "logs/time_grid.h"

namespace yk::logs {

/// A way in which lines begin.
struct Layout {
  std::string format;  ///< as MineOptions::header takes it; "json", "logfmt", "" for lines without a header
  uint64_t lines = 0;
};

/// One line that names a thing: "order ORD-00012345 committed" gives the id ORD-00012345. Ids are kept by a hash of
/// their text: of an id that is kept, every occurrence is kept, whichever thread met it. So sessions made of them are
/// complete, and their share of all sessions is LogSummary::id_share.
struct IdEvent {
  uint64_t id = 0;  ///< hash of the id's text; equal ids in different templates meet here
  uint64_t line = 0;
  Micros time = kNoTime;
  uint32_t template_id = 0;
  uint32_t input = 0;
  uint64_t offset = 0;         ///< of the line in its input: Mined::Line gives its text …
  uint32_t at = 0, bytes = 0;  ///< … and the id is this part of it
  int32_t slot = -1;           ///< which <*> of the template; -1: the id stands in the header
};

/// Lines whose skeletons did not fit into memory even with the coarsest masking.
struct RarePool {
  uint64_t lines = 0;
  LevelCounts levels{};
  std::vector<BinCount> bins;
  std::vector<Example> examples;  ///< at most 64
};

/// Everything that one reading of a log gives. It is a function of the bytes and the options, except threads and
/// chunk_bytes.
///
/// The lines add up: lines == sum of templates[i].count + rare.lines + empty.
struct LogSummary {
  uint64_t bytes = 0;
  uint64_t lines = 0;
  uint64_t empty = 0;  ///< nothing but white space
  uint64_t without_header =
      0;                      ///< of the others: no layout fits and the line goes on with no event; still in a template
  uint64_t continuation = 0;  ///< of the others: goes on with the event before it; in a template of its own kind
  uint64_t cut = 0;           ///< longer than line_bytes_max
  uint64_t invalid = 0;       ///< bytes that are not text in the input's charset were replaced
  uint64_t with_nul = 0;      ///< hold NUL bytes outside of their header
  uint64_t time_backward = 0;  ///< lines earlier than the line before them by more than a minute, within one layout

  std::vector<std::string> charsets;  ///< one per input: "UTF-8", "CP932", "EUC-JP", "UTF-16LE", "UTF-16BE"
  std::vector<uint64_t> input_lines;  ///< lines of each input
  std::vector<Layout> layouts;  ///< in the order in which they are tried; the last one is "", for lines without header
  LevelCounts levels{};
  Micros first_time = kNoTime, last_time = kNoTime;

  TimeGrid grid;
  std::vector<BinCount> bins;  ///< all lines with a time

  std::vector<Template> templates;  ///< ordered by count, then layout, then text
  RarePool rare;

  double sample_rate =
      1;  ///< share of lines in the sample; of a frequent template fewer are looked at, see Template::sampled
  int mask_coarseness = 0;   ///< 0 for all but logs with hundreds of thousands of skeletons
  std::vector<IdEvent> ids;  ///< ordered by id, then line
  double id_share = 1;       ///< share of all ids that `ids` holds
};

}  // namespace yk::logs
