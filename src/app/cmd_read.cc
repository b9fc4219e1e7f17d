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
  for (const auto& page : document.pages)
    pages.push_back({{"number", page.number}, {"begin", page.begin}, {"end", page.end}});
  return {{"file", document.file},   {"mime", document.mime},     {"title", document.title},
          {"notes", document.notes}, {"pages", std::move(pages)}, {"text", document.text}};
}

Json ErrorJson(const Error& error) {
  const auto reason = reader::ReasonOf(error);
  return {{"reason", reason ? Json(std::string(reader::ReasonName(*reason))) : Json()}, {"message", error.ToString()}};
}

std::string Pages(size_t count) { return count == 1 ? "1 page" : fmt::format("{} pages", count); }

}  // namespace

Result<int> CmdRead(const CommandContext& context, const ReadCommand& command) {
  YK_TRY(const auto readers, reader::ReaderPool::Open());
  int code = 0;
  Json documents = Json::array();
  for (const auto& file : command.files) {
    const auto document = readers->Read(file);
    if (!document) {
      code = 3;
      if (context.json)
        documents.push_back({{"file", file}, {"error", ErrorJson(document.error())}});
      else
        fmt::print(stderr, "yakan: {}\n", document.error().ToString());
      continue;
    }
    if (context.json)
      documents.push_back(DocumentJson(*document));
    else if (command.text)
      fmt::print("{}\n", document->text);
    else
      fmt::print("{}: {}, {}, {} bytes of text\n", file, document->mime, Pages(document->pages.size()),
                 document->text.size());
  }
  if (context.json) {
    const bool alone = documents.size() == 1;
    fmt::print("{}\n", DumpJson(alone ? documents[0] : Json({{"documents", std::move(documents)}})));
  }
  return code;
}

}  // namespace yk::app
