// SPDX-License-Identifier: Apache-2.0
#include "text/html_escape.h"

#include <gtest/gtest.h>

namespace yk::text {
namespace {

TEST(EscapeHtml, LeavesNothingThatABrowserTakesForMarkup) {
  EXPECT_EQ(EscapeHtml("<script>alert(\"a\" & 'b')</script>"),
            "&lt;script&gt;alert(&quot;a&quot; &amp; &#39;b&#39;)&lt;/script&gt;");
  EXPECT_EQ(EscapeHtml("価格\t1\n2"), "価格\t1\n2");
}

TEST(EscapeHtml, MakesBrokenAndControlCharactersVisible) {
  EXPECT_EQ(EscapeHtml(std::string_view("a\0b\x1B\x7F", 5)),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(EscapeHtml("a\xFF<"), "a\xEF\xBF\xBD&lt;");
}

}  // namespace
}  // namespace yk::text
