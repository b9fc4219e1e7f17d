// SPDX-License-Identifier: Apache-2.0
// OLE containers (MS-CFB): what Office files before 2007, and those under a password, are.
#pragma once

#include <string>
#include <string_view>

namespace yk::formats {

/// A stream of the container by name, of the first that has it; empty when there is none, or when the container is
/// damaged.
std::string ReadOleStream(std::string_view bytes, std::u16string_view name);

}  // namespace yk::formats
