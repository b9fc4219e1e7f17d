// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace yk::text {

/// The ways in which programs turn a typed password into bytes, most likely first, each once: SASLprep (RFC 4013, as
/// PDF 2.0 wants it), UTF-8 as given, Latin-1 when it has these letters only (older PDFs).
std::vector<std::string> PasswordForms(std::string_view password);

}  // namespace yk::text
