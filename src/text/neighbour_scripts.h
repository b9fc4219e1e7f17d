// SPDX-License-Identifier: Apache-2.0
// Texts whose bytes may be taken for Japanese ones: valid EUC-JP is valid GB18030 and EUC-KR as well.
#pragma once

#include <string_view>

namespace yk::text {

/// Whether UTF-8 text reads as Chinese, in simplified characters: by the share of the most frequent ones, which is a
/// third in prose and a few hundredths in Japanese that was decoded wrongly.
bool ReadsAsChinese(std::string_view text);

/// The same for Korean and its syllables.
bool ReadsAsKorean(std::string_view text);

}  // namespace yk::text
