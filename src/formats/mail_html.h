// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace yk::formats {

/// The words of an HTML mail: a line per block, quotations marked with "> " as in plain mails. `html` is UTF-8.
std::string MailHtmlToText(std::string_view html);

/// What a meta element near the top claims; empty when nothing does.
std::string CharsetOfHtml(std::string_view html);

}  // namespace yk::formats
