// SPDX-License-Identifier: Apache-2.0
#include "text/password.h"

#include <gmock/gmock.h>

namespace yk::text {
namespace {

using testing::ElementsAre;

TEST(PasswordFormsTest, PlainAsciiHasOneForm) { EXPECT_THAT(PasswordForms("open sesame"), ElementsAre("open sesame")); }

TEST(PasswordFormsTest, CompatibilityCharactersAreFoldedFirstAndKeptSecond) {
  EXPECT_THAT(PasswordForms("Ｐ１"), ElementsAre("P1", "Ｐ１"));
  // A soft hyphen maps to nothing, a no-break space to a space.
  EXPECT_THAT(PasswordForms("I\xC2\xADX"), ElementsAre("IX", "I\xC2\xADX", "I\xADX"));
}

TEST(PasswordFormsTest, LatinLettersAlsoComeAsSingleBytes) {
  EXPECT_THAT(PasswordForms("Gr\xC3\xBC\xC3\x9F"), ElementsAre("Gr\xC3\xBC\xC3\x9F", "Gr\xFC\xDF"));
}

TEST(PasswordFormsTest, CharactersNewerThanTheProfilePass) {
  EXPECT_THAT(PasswordForms("\xF0\x9F\x98\x80"), ElementsAre("\xF0\x9F\x98\x80"));
}

TEST(PasswordFormsTest, ForbiddenCharactersLeaveThePasswordAsGiven) {
  EXPECT_THAT(PasswordForms("a\x07"), ElementsAre("a\x07"));
}

}  // namespace
}  // namespace yk::text
