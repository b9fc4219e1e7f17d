// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "text/range.h"

namespace yk::text {

/// Sentences in order, without white space at their ends; together they cover every other byte. English: full stops
/// of abbreviations (Inc., No., U.S., J. Smith), decimals and enumerations do not end one; a wrapped line does not
/// either. Japanese: 。！？ end one, unless inside brackets. Blank lines, headings ("ARTICLE IV", "第3条（目的）") and
/// list items ("(a)", "1.2", "一　") always do.
std::vector<Range> SplitSentences(std::string_view text);

/// Sentences cut further at ; and ； and at enumerated items inside the line ("(i) …; (ii) …").
std::vector<Range> SplitClauses(std::string_view text);

/// Is this line (no line break inside) a heading: numbered article, section or chapter, or short and all capitals?
bool IsHeading(std::string_view line);

/// Length in bytes of the enumerator at the start of a line ("(a) ", "1.2 ", "iv. ", "第3条", "(1)", "①", "・"), or 0.
size_t EnumeratorLength(std::string_view line);

}  // namespace yk::text
