// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "app/commands.h"
#include "app/document_json.h"
#include "base/json.h"
#include "reader/reader_pool.h"

namespace yk::app {
namespace {

std::string Count(size_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

void PrintTable(const reader::Table& table, size_t number) {
  fmt::print("table {}{}, page {}, {} x {}\n", number + 1, table.name.empty() ? "" : " " + DumpJson(Json(table.name)),
             table.page, table.rows, table.cols);
  int row = -1;
  int col = 0;
  for (const auto& cell : table.cells) {
    if (cell.row != row) {
      if (row >= 0) fmt::print("\n");
      row = cell.row;
      col = 0;
    }
    for (; col < cell.col; ++col) fmt::print("\t");
    std::string text = cell.text;
    for (char& c : text) c = c == '\n' || c == '\t' ? ' ' : c;
    fmt::print("{}", text);
  }
  if (row >= 0) fmt::print("\n");
}

/// What one `yakan read` prints, file by file.
class Printer {
 public:
  Printer(const CommandContext& context, const ReadCommand& command) : context_(context), command_(command) {}

  void Document(const reader::Document& document) {
    if (context_.json) {
      documents_.push_back(DocumentJson(document));
    } else if (command_.text) {
      fmt::print("{}\n", document.text);
    } else if (command_.tables) {
      for (size_t i = 0; i < document.tables.size(); ++i) PrintTable(document.tables[i], i);
    } else {
      fmt::print("{}: {}, {}, {} bytes of text", document.file, document.mime, Count(document.pages.size(), "page"),
                 document.text.size());
      if (!document.attachments.empty()) fmt::print(", {}", Count(document.attachments.size(), "attachment"));
      fmt::print("\n");
      for (const auto& note : document.notes) fmt::print("  {}\n", note);
    }
  }

  void Problem(const std::string& file, const Error& error) {
    code_ = 3;
    if (context_.json) {
      documents_.push_back(ReadErrorJson(file, error));
    } else {
      fmt::print(stderr, "yakan: {}\n", error.ToString());
    }
  }

  /// One file gives one object, or {"documents": […]} when it holds several.
  int Finish(bool alone) {
    if (context_.json) {
      fmt::print("{}\n", DumpJson(alone && documents_.size() == 1 ? documents_[0]
                                                                  : Json({{"documents", std::move(documents_)}})));
    }
    return code_;
  }

 private:
  const CommandContext& context_;
  const ReadCommand& command_;
  Json documents_ = Json::array();
  int code_ = 0;
};

void ReadFile(const reader::ReaderPool& readers, const std::string& file, const reader::ReadOptions& options,
              Printer& printer) {
  const auto members = readers.List(file, options);
  if (!members) return printer.Problem(file, members.error());
  std::vector<std::vector<std::string>> paths = {options.member};
  if (!members->empty()) paths.clear();
  for (const auto& member : *members) paths.push_back(member.path);
  for (const auto& path : paths) {
    reader::ReadOptions inside = options;
    inside.member = path;
    const auto document = readers.Read(file, inside);
    std::string shown = file;
    for (const auto& name : path) shown += "/" + name;
    document ? printer.Document(*document) : printer.Problem(shown, document.error());
  }
}

}  // namespace

Result<int> CmdRead(const CommandContext& context, const ReadCommand& command) {
  YK_TRY(const Settings settings, LoadSettings(std::filesystem::current_path()));
  YK_TRY(const auto readers, reader::ReaderPool::Open(settings.readers));
  reader::ReadOptions options = readers->defaults();
  options.want.tables = context.json || command.tables;
  options.want.spans = context.json && command.spans;
  if (command.no_ocr) options.ocr.enabled = false;
  options.passwords.insert(options.passwords.begin(), command.passwords.begin(), command.passwords.end());
  options.limits.first_page = command.first_page;
  options.limits.last_page = command.last_page;
  Printer printer(context, command);
  for (const auto& file : command.files) ReadFile(*readers, file, options, printer);
  return printer.Finish(command.files.size() == 1);
}

}  // namespace yk::app
