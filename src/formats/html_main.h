// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gumbo.h>

#include <unordered_set>
#include <vector>

namespace yk::formats {

/// What of a page is its text: subtrees to read in order, and nodes in them to leave out.
struct MainText {
  std::vector<const GumboNode*> roots;
  std::unordered_set<const GumboNode*> left_out;
};

/// Finds the main text below `body`. <main> and <article> win where they hold a fair share of the page. Navigation,
/// page headers and footers, asides go; so do boxes that are mostly links. Where little would be left, the whole body
/// is the text.
MainText FindMainText(const GumboNode* body);

}  // namespace yk::formats
