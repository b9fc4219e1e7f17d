// SPDX-License-Identifier: Apache-2.0
#include "incidents/secrets.h"

#include <vector>

#include "base/check.h"
#include "text/regex.h"

namespace yk::incidents {
namespace {

struct Rule {
  text::Regex regex;
  std::string with;
};

Rule Make(const std::string& expression, const std::string& with) {
  auto regex = text::Regex::Compile(expression);
  YK_CHECK(regex.has_value(), expression);
  return {std::move(regex).value(), with};
}

const std::vector<Rule>& Rules() {
  static const auto* rules = new std::vector<Rule>{
      Make(R"((?i)\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:bearer|basic|digest|token)?\s*)[^\s"',;]+)",
           R"(\1[masked])"),
      Make(R"((?i)\b(bearer\s+)[a-z0-9._~+/=-]{8,})", R"(\1[masked])"),
      Make(
          R"((?i)((?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)"
          R"(s?|session[_-]?id|cookie|パスワード|暗証番号)["']?\s*(?:[:=：＝]|\bis\b)\s*)("[^"]*"|'[^']*'|[^\s,;&"')}\]]+))",
          R"(\1[masked])"),
      Make(R"(([a-z][a-z0-9+.-]*://[^/\s:@]+:)[^/\s@]+@)", R"(\1[masked]@)"),
      Make(R"(\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)?)", "[masked]"),
      Make(R"(\b(?:AKIA|ASIA)[A-Z0-9]{16}\b)", "[masked]"),
      Make(R"(\b(?:sk|pk|ghp|gho|xox[abp])[-_][A-Za-z0-9_-]{16,})", "[masked]"),
      Make(R"(-----BEGIN [A-Z ]*PRIVATE KEY-----.*)", "[masked]"),
      Make(R"([A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})", "[masked]"),
  };
  return *rules;
}

}  // namespace

std::string MaskSecrets(std::string_view text) {
  std::string out(text);
  for (const Rule& rule : Rules()) rule.regex.ReplaceAll(&out, rule.with);
  return out;
}

}  // namespace yk::incidents
