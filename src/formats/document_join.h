// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "reader/document.h"

namespace yk::formats {

/// Appends a document of its own kind (an attachment, a message of a mailbox) behind another's text: pages, parts,
/// blocks, tables and spans keep pointing at their words. Gives the index of its first part. `name` is that part's
/// name.
int JoinDocument(reader::Document inner, const std::string& name, reader::Document& into);

}  // namespace yk::formats
