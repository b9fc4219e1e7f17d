// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "app/commands.h"
#include "app/mapped_file.h"
#include "base/file.h"
#include "base/json.h"
#include "logs/mine.h"
#include "text/csv.h"
#include "text/utf8.h"

namespace yk::app {
namespace {

/// A file that grows line by line; errors are told once, at the end.
class CsvFile {
 public:
  static Result<CsvFile> Create(const std::string& path) {
    CsvFile file;
    file.path_ = path;
    file.file_.reset(std::fopen(path.c_str(), "wb"));
    if (!file.file_) return Fail(ErrnoError("write", path, errno));
    return file;
  }
  void Write(std::span<const std::string> fields) {
    const std::string line = text::CsvLine(fields);
    std::fwrite(line.data(), 1, line.size(), file_.get());
  }
  Result<void> Close() {
    const bool bad = std::ferror(file_.get()) != 0;
    if (std::fclose(file_.release()) != 0 || bad) return Fail(ErrnoError("write", path_, errno));
    return {};
  }

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { (void)std::fclose(file); }
  };
  std::string path_;
  std::unique_ptr<std::FILE, CloseFile> file_;
};

std::string EventId(uint32_t id) { return fmt::format("T{}", id + 1); }

Result<void> WriteStructured(const logs::Mined& mined, const std::string& path) {
  YK_TRY(CsvFile file, CsvFile::Create(path));
  file.Write(std::vector<std::string>{"LineId", "Time", "Level", "Component", "Content", "EventId", "EventTemplate"});
  const logs::LogSummary& summary = mined.summary();
  logs::VisitOptions all;
  all.empty_lines = false;
  mined.Visit(all, [&](const logs::LineEvent& event) {
    const bool known = event.template_id != logs::kNoTemplate;
    file.Write(std::vector<std::string>{std::to_string(event.place.line), logs::FormatTime(event.place.time),
                                        std::string(LevelName(event.level)), text::RepairUtf8(event.component),
                                        text::RepairUtf8(event.content), known ? EventId(event.template_id) : "",
                                        known ? summary.templates[event.template_id].text : ""});
    return true;
  });
  return file.Close();
}

Result<void> WriteTemplates(const logs::LogSummary& summary, const std::string& path) {
  YK_TRY(CsvFile file, CsvFile::Create(path));
  file.Write(std::vector<std::string>{"EventId", "Key", "Layout", "Level", "Occurrences", "FirstLine", "LastLine",
                                      "EventTemplate"});
  for (const logs::Template& t : summary.templates) {
    file.Write(std::vector<std::string>{EventId(t.id), t.key, summary.layouts[t.layout].format,
                                        std::string(LevelName(t.main_level())), std::to_string(t.count),
                                        std::to_string(t.first.line), std::to_string(t.last.line), t.text});
  }
  return file.Close();
}

void Print(const logs::LogSummary& s, bool json) {
  if (json) {
    fmt::print("{}\n", DumpJson({{"lines", s.lines},
                                 {"bytes", s.bytes},
                                 {"templates", s.templates.size()},
                                 {"empty", s.empty},
                                 {"without_header", s.without_header},
                                 {"continuation", s.continuation},
                                 {"rare", s.rare.lines}}));
    return;
  }
  fmt::print("{} lines, {} templates\n", s.lines, s.templates.size());
  for (const logs::Template& t : s.templates) {
    if (t.id == 20) break;
    fmt::print("{:>10}  {}\n", t.count, text::TruncateBytes(t.text, 140));
  }
  if (s.templates.size() > 20)
    fmt::print("            and {} more; --templates FILE writes all\n", s.templates.size() - 20);
}

}  // namespace

Result<int> CmdLogs(const CommandContext& context, const LogsCommand& command) {
  std::vector<MappedFile> files;
  std::vector<logs::LogInput> inputs;
  for (const std::string& path : command.files) {
    YK_TRY(MappedFile file, MappedFile::Open(path));
    files.push_back(std::move(file));
    inputs.push_back({path, files.back().bytes()});
  }
  logs::MineOptions options;
  options.header = command.header;
  options.threads = command.threads;
  YK_TRY(const auto mined, logs::Mine(inputs, options));
  if (!command.structured.empty()) YK_TRY_VOID(WriteStructured(*mined, command.structured));
  if (!command.templates.empty()) YK_TRY_VOID(WriteTemplates(mined->summary(), command.templates));
  Print(mined->summary(), context.json);
  return 0;
}

}  // namespace yk::app
