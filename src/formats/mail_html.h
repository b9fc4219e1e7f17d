// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reader/table.h"

namespace yk::formats {

struct MailHtml {
  std::string text;                   ///< a line per block, quotations marked with "> " as in plain mails
  std::vector<reader::Table> tables;  ///< whose rows are lines of the text
  bool flattened = false;             ///< nested deeper than any program shows: only the words were kept
};

/// What an HTML mail shows. `html` is UTF-8.
MailHtml ReadMailHtml(std::string_view html);

/// What a meta element near the top claims; empty when nothing does.
std::string CharsetOfHtml(std::string_view html);

}  // namespace yk::formats
