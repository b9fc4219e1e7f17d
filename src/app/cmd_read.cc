// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "app/commands.h"
#include "base/json.h"
#include "reader/reader_pool.h"
#include "reader/reason.h"

namespace yk::app {
namespace {

Json DocumentJson(const reader::Document& document) {
  Json pages = Json::array();
  for (const auto& page : document.pages) pages.push_back({{"number", page.number}, {"begin", page.begin}, {"end", page.end}});
  return {{"file", document.file}, {"mime", document.mime}, {"title", document.title}, {"notes", document.notes},
          {"pages", std::move(pages)}, {"text", document.text}};
}

}  // namespace

Result<int> CmdRead(const CommandContext& context, const ReadCommand& command) {
  YK_TRY(const auto readers, reader::ReaderPool::Open());
  int code = 0;
  for (const auto& file : command.files) {
    const auto document = readers->Read(file);
    if (!document) {
      code = 3;
      const Error& error = document.error();
      if (context.json) {
        const auto reason = reader::ReasonOf(error);
        const Json described = {{"reason", reason ? Json(std::string(reader::ReasonName(*reason))) : Json()}, {"message", error.ToString()}};
        fmt::print("{}\n", DumpJson({{"file", file}, {"error", described}}));
      } else {
        fmt::print(stderr, "yakan: {}\n", error.ToString());
      }
      continue;
    }
    if (context.json) fmt::print("{}\n", DumpJson(DocumentJson(*document)));
    else if (command.text) fmt::print("{}\n", document->text);
    else fmt::print("{}: {}, {} pages, {} bytes of text\n", file, document->mime, document->pages.size(), document->text.size());
  }
  return code;
}

}  // namespace yk::app
