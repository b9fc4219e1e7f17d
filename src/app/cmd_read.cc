// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "app/commands.h"
#include "app/document_json.h"
#include "base/json.h"
#include "base/say.h"
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
      Say("yakan: {}\n", error.ToString());
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

std::string Shown(const std::string& file, const std::vector<std::string>& member) {
  std::string shown = file;
  for (const auto& name : member) shown += "/" + name;
  return shown;
}

/// "mails.zip/inbox/1.eml", as jobs name it: the file in front and what is meant inside it.
struct Asked {
  std::string file;
  std::string inside;  ///< empty: the whole file
};

Asked Split(const std::string& name) {
  namespace fs = std::filesystem;
  std::error_code error;
  for (fs::path front = name; !front.empty() && front != front.root_path(); front = front.parent_path()) {
    if (!fs::is_regular_file(front, error)) continue;
    const std::string file = front.string();
    return {file, name.size() > file.size() ? name.substr(file.size() + 1) : ""};
  }
  return {name, ""};
}

void ReadFile(const reader::ReaderPool& readers, const std::string& name, const reader::ReadOptions& options,
              Printer& printer) {
  const Asked asked = Split(name);
  const auto members = readers.List(asked.file, options);
  if (!members) return printer.Problem(asked.file, members.error());
  std::vector<std::vector<std::string>> paths;
  for (const auto& member : *members) {
    // A folder of the archive means all that is in it.
    const std::string shown = Shown("", member.path).substr(1);
    if (asked.inside.empty() || shown == asked.inside || shown.starts_with(asked.inside + "/")) {
      paths.push_back(member.path);
    }
  }
  if (members->empty() && asked.inside.empty()) paths.push_back(options.member);
  if (paths.empty() && members->empty()) paths.push_back({asked.inside});  // an attachment of a mail
  for (const auto& member : *members) {
    // An attachment of a message: it is no member, but the message knows it.
    const std::string before = Shown("", member.path).substr(1) + "/";
    if (!paths.empty() || !asked.inside.starts_with(before)) continue;
    paths.push_back(member.path);
    paths.back().push_back(asked.inside.substr(before.size()));
  }
  if (paths.empty()) {
    const Error error{
        Code::kNotFound,
        fmt::format("{} holds no '{}'; `yakan read {}` lists what it holds", asked.file, asked.inside, asked.file),
        {}};
    return printer.Problem(name, error);
  }
  for (const auto& path : paths) {
    reader::ReadOptions inside = options;
    inside.member = path;
    const auto document = readers.Read(asked.file, inside);
    document ? printer.Document(*document) : printer.Problem(Shown(asked.file, path), document.error());
  }
}

}  // namespace

Result<int> CmdRead(const CommandContext& context, const ReadCommand& command) {
  if (command.last_page > 0 && command.last_page < command.first_page) {
    return Fail(Code::kInvalid, "--last-page {} is before --first-page {}", command.last_page, command.first_page);
  }
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
