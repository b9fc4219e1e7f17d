// SPDX-License-Identifier: Apache-2.0
// What stands around a quote, for reports that show it without opening the file again.
#pragma once

#include <cstdint>
#include <memory>

#include "pipeline/step.h"

namespace yk::steps {

/// A step that adds a member "context" to every place of a row's evidence and conflicts whose quote stands in the row's
/// text:
///   {"before": TEXT, "after": TEXT,                          about 300 characters each
///    "page": {"width", "height"},                            in points; this and what follows where places are known
///    "boxes": [[left, top, right, bottom], …],               of the quote, one a line, from the page's top left
///    "lines": [[left, top, right, bottom, TEXT], …]}         the lines of the page around it, the quote's own included
/// Only for rows whose id is below `rows_max`, because it is several times as large as the quote. Places that have it
/// from an earlier stage keep it. Never fails a row.
std::unique_ptr<pipeline::Step> MakeContextStep(int64_t rows_max);

}  // namespace yk::steps
