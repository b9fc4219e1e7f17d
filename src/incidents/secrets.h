// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace yk::incidents {

/// The text with what must not leave the machine taken out: values of password, token, secret, key and the like,
/// bearer and basic credentials, passwords in URLs, signed tokens, cloud access keys, private keys, e-mail addresses.
/// "[masked]" stands for each; the word before it stays, so that the line still says what it is about.
std::string MaskSecrets(std::string_view text);

}  // namespace yk::incidents
