// SPDX-License-Identifier: Apache-2.0
#include "text/password.h"

#include <unicode/unistr.h>
#include <unicode/usprep.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "text/utf8.h"

namespace yk::text {
namespace {

/// Characters newer than the profile (Unicode 3.2) pass: people use them.
std::optional<std::string> SaslPrep(std::string_view password) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UStringPrepProfile, void (*)(UStringPrepProfile*)> profile(
      usprep_openByType(USPREP_RFC4013_SASLPREP, &status), usprep_close);
  if (U_FAILURE(status)) return std::nullopt;
  const auto source = icu::UnicodeString::fromUTF8({password.data(), static_cast<int32_t>(password.size())});
  std::u16string prepared(static_cast<size_t>(source.length()) * 18 + 8, u'\0');
  const int32_t length =
      usprep_prepare(profile.get(), source.getBuffer(), source.length(), prepared.data(),
                     static_cast<int32_t>(prepared.size()), USPREP_ALLOW_UNASSIGNED, nullptr, &status);
  if (U_FAILURE(status)) return std::nullopt;
  std::string out;
  icu::UnicodeString(false, prepared.data(), length).toUTF8String(out);
  return out;
}

std::optional<std::string> Latin1(std::string_view password) {
  std::string out;
  for (const char32_t c : ToUtf32(password)) {
    if (c > 0xFF) return std::nullopt;
    out += static_cast<char>(c);
  }
  return out;
}

}  // namespace

std::vector<std::string> PasswordForms(std::string_view password) {
  constexpr size_t kLongest = 4096;
  std::vector<std::string> forms;
  const auto add = [&](std::optional<std::string> form) {
    if (form && std::find(forms.begin(), forms.end(), *form) == forms.end()) forms.push_back(*std::move(form));
  };
  if (password.size() <= kLongest) add(SaslPrep(password));
  add(std::string(password));
  add(Latin1(password));
  return forms;
}

}  // namespace yk::text
