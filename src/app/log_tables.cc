// SPDX-License-Identifier: Apache-2.0
#include "app/log_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <memory>
#include <vector>

#include "base/file.h"
#include "incidents/report.h"
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

}  // namespace

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
                                        text::RepairUtf8(event.content),
                                        known ? incidents::TemplateName(event.template_id) : "",
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
    file.Write(std::vector<std::string>{incidents::TemplateName(t.id), t.key, summary.layouts[t.layout].format,
                                        std::string(LevelName(t.main_level())), std::to_string(t.count),
                                        std::to_string(t.first.line), std::to_string(t.last.line), t.text});
  }
  return file.Close();
}

Result<uint32_t> FindTemplate(const logs::LogSummary& summary, const std::string& name) {
  for (const logs::Template& tmpl : summary.templates) {
    if (name == tmpl.key) return tmpl.id;
  }
  uint32_t number = 0;
  const std::string_view digits = std::string_view(name).substr(name.starts_with('T') ? 1 : 0);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc() && end == digits.data() + digits.size() && number >= 1 &&
      number <= summary.templates.size()) {
    return number - 1;
  }
  return Fail(Code::kNotFound, "there is no template '{}': they are T1 to T{}; --templates FILE lists them", name,
              summary.templates.size());
}

Result<void> PrintValues(const logs::Mined& mined, uint32_t template_id) {
  const logs::Template& tmpl = mined.summary().templates[template_id];
  std::vector<std::string> row = {"line", "time"};
  for (size_t i = 0; i < tmpl.slots.size(); ++i) {
    row.push_back(tmpl.slots[i].key.empty() ? fmt::format("value{}", i + 1) : tmpl.slots[i].key);
    // A key that occurs twice gets its place, so that no two columns have one name.
    if (std::count(row.begin(), row.end() - 1, row.back()) > 0) row.back() += fmt::format("_{}", i + 1);
  }
  bool bad = false;
  const auto print = [&bad](const std::vector<std::string>& fields) {
    const std::string line = text::CsvLine(fields);
    bad = bad || std::fwrite(line.data(), 1, line.size(), stdout) != line.size();
  };
  print(row);
  logs::VisitOptions only;
  only.templates = {template_id};
  mined.Visit(only, [&](const logs::LineEvent& event) {
    if (event.template_id != template_id) return true;
    row = {std::to_string(event.place.line), logs::FormatTime(event.place.time)};
    for (const std::string_view value : event.slots) row.push_back(text::RepairUtf8(value));
    print(row);
    return !bad;
  });
  if (bad || std::fflush(stdout) != 0) return Fail(ErrnoError("write", "standard output", errno));
  return {};
}

}  // namespace yk::app
