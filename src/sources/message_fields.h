// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "reader/document.h"

namespace yk::sources {

/// The columns of rows that are messages.
std::vector<std::string> MessageColumns();

/// Their values out of a mail. body_text holds the sender's own words: no quotations, no signature. What is no mail has
/// empty fields and its whole text as body_text.
Json MessageFields(const reader::Document& document);

}  // namespace yk::sources
