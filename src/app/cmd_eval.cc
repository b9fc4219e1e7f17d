// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "app/commands.h"
#include "app/eval.h"
#include "base/file.h"
#include "text/charset.h"

namespace yk::app {
namespace {

/// "a=b" in two; kInvalid without the sign.
Result<std::pair<std::string, std::string>> Pair(const std::string& text, std::string_view flag) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    return Fail(Code::kInvalid, "{} takes NAME=VALUE, but got '{}'", flag, text);
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

Result<std::vector<Json>> Rows(const std::string& path) {
  YK_TRY(const std::string content, ReadFile(path));
  auto decoded = text::DecodeText(content);
  if (!decoded) return Fail(std::move(decoded).error().With(path));
  return ParseEvalRows(decoded->text, path);
}

}  // namespace

Result<int> CmdEval(const CommandContext& context, const EvalCommand& command) {
  EvalOptions options;
  options.key = command.key;
  for (const auto& text : command.map) {
    YK_TRY(const auto pair, Pair(text, "--map"));
    options.gold_of[pair.first] = pair.second;
  }
  for (const auto& text : command.match) {
    YK_TRY(const auto pair, Pair(text, "--match"));
    YK_TRY(options.match[pair.first], MatchRule::Parse(pair.second));
  }
  YK_TRY(const std::vector<Json> gold, Rows(command.gold));
  YK_TRY(const std::vector<Json> predicted, Rows(command.pred));
  YK_TRY(const EvalReport report, Evaluate(gold, predicted, options));
  if (context.json) {
    fmt::print("{}\n", DumpJson(report.ToJson()));
    return 0;
  }
  fmt::print("{}", report.ToText());
  if (command.misses) {
    for (const auto& miss : report.misses) {
      fmt::print("{}  {}  {}: gold {} predicted {}\n", miss.key, miss.field, miss.kind, DumpJson(miss.gold),
                 DumpJson(miss.predicted));
    }
  }
  return 0;
}

}  // namespace yk::app
