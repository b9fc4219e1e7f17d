// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "reader/document.h"

namespace yk::app {

/// What `yakan read --json` prints of a document. Offsets are code points of "text"; boxes are [left, top, right,
/// bottom] in points from the page's top left.
Json DocumentJson(const reader::Document& document);

/// {"file", "error": {"reason", "message"}}; the reason is null when the content is not to blame.
Json ReadErrorJson(const std::string& file, const Error& error);

/// The grid as "rows" and its cells with their spans. Sheets and other large tables come without "rows".
Json TableJson(const reader::Table& table);

}  // namespace yk::app
