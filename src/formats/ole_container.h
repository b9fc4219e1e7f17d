// SPDX-License-Identifier: Apache-2.0
// OLE containers (MS-CFB): what Office files before 2007, and those under a password, are.
#pragma once

#include <string>
#include <string_view>

namespace yk::formats {

/// A stream of the container's root by name; empty when there is none, or when the container is damaged. Streams of
/// less than 4096 bytes are not read: no workbook or document is that small.
std::string ReadOleStream(std::string_view bytes, std::u16string_view name);

}  // namespace yk::formats
