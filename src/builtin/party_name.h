// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "builtin/reading.h"

namespace yk::builtin {

/// The name that begins at the start of `where`, after "and", "(1)", "the company" and the like: an organisation by its
/// legal form, else words with capitals ("City of Fort Stockton", "Nigel Crockett").
std::optional<text::Range> NameAtStart(Reading& reading, text::Range where);

/// The name that ends at the end of `where`: an organisation, else words with capitals; in Japanese what stands between
/// the last と or 、 and the end.
std::optional<text::Range> NameAtEnd(Reading& reading, text::Range where);

/// The first organisation inside `where`.
std::optional<text::Range> FirstOrganisation(Reading& reading, text::Range where);

}  // namespace yk::builtin
