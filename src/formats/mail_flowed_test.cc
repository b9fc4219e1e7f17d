// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_flowed.h"

#include <gtest/gtest.h>

namespace yk::formats {
namespace {

TEST(MailFlowedTest, LinesThatEndInASpaceGoOn) {
  EXPECT_EQ(UnfoldFlowed("one \ntwo\nthree\n", false), "one two\nthree\n");
  EXPECT_EQ(UnfoldFlowed("これは長い行 \nです。続き \nます。\n", true), "これは長い行です。続きます。\n");
  EXPECT_EQ(UnfoldFlowed("one \n\ntwo\n", false), "one \n\ntwo\n");
}

TEST(MailFlowedTest, ProtectingSpacesGo) {
  EXPECT_EQ(UnfoldFlowed(" From here\n  indented\n", false), "From here\n indented\n");
  EXPECT_EQ(UnfoldFlowed(" > no quotation\n", false), " > no quotation\n");
}

TEST(MailFlowedTest, QuotationsFlowWithinTheirDepth) {
  EXPECT_EQ(UnfoldFlowed("> one \n> two\n>> three \n> four\nown\n", false), "> one two\n>> three \n> four\nown\n");
  EXPECT_EQ(UnfoldFlowed(">\n> a\n", false), ">\n> a\n");
}

TEST(MailFlowedTest, TheLineAboveASignatureStandsAlone) {
  EXPECT_EQ(UnfoldFlowed("text \n-- \nAnn\n", false), "text \n-- \nAnn\n");
}

}  // namespace
}  // namespace yk::formats
