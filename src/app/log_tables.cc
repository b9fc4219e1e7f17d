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

/// The second column, where there are several files.
class FileColumn {
 public:
  explicit FileColumn(const sources::LogAnalysis& analysis) : analysis_(analysis), names_(analysis.files.Names()) {}

  std::vector<std::string> With(std::vector<std::string> row, const std::string& file) const {
    if (names_.size() > 1) row.insert(row.begin() + 1, file);
    return row;
  }
  const std::string& Of(const logs::LinePlace& place) const { return names_[analysis_.parts[place.input].file]; }

 private:
  const sources::LogAnalysis& analysis_;
  const std::vector<std::string> names_;
};

}  // namespace

Result<void> WriteStructured(const sources::LogAnalysis& analysis, const std::string& path) {
  YK_TRY(CsvFile file, CsvFile::Create(path));
  const FileColumn files(analysis);
  file.Write(files.With({"LineId", "Time", "Level", "Component", "Content", "EventId", "EventTemplate"}, "File"));
  const logs::LogSummary& summary = analysis.mined->summary();
  logs::VisitOptions all;
  all.empty_lines = false;
  analysis.mined->Visit(all, [&](const logs::LineEvent& event) {
    const bool known = event.template_id != logs::kNoTemplate;
    file.Write(files.With({std::to_string(analysis.LineInFile(event.place)), logs::FormatTime(event.place.time),
                           std::string(LevelName(event.level)), text::RepairUtf8(event.component),
                           text::RepairUtf8(event.content), known ? incidents::TemplateName(event.template_id) : "",
                           known ? summary.templates[event.template_id].text : ""},
                          files.Of(event.place)));
    return true;
  });
  return file.Close();
}

Result<void> WriteTemplates(const sources::LogAnalysis& analysis, const std::string& path) {
  YK_TRY(CsvFile file, CsvFile::Create(path));
  const bool several = analysis.lines_before.size() > 1;
  const auto write = [&](std::vector<std::string> row, const std::string& first, const std::string& last) {
    // After the lines that they belong to.
    if (several) {
      row.insert(row.begin() + 7, last);
      row.insert(row.begin() + 6, first);
    }
    file.Write(row);
  };
  write({"EventId", "Key", "Layout", "Level", "Occurrences", "FirstLine", "LastLine", "EventTemplate"}, "FirstFile",
        "LastFile");
  const logs::LogSummary& summary = analysis.summary;
  const std::vector<std::string> names = analysis.files.Names();
  const auto line = [&](const logs::LinePlace& place) {
    return std::to_string(place.line - analysis.lines_before[place.input]);
  };
  for (const logs::Template& t : summary.templates) {
    write({incidents::TemplateName(t.id), t.key, summary.layouts[t.layout].format,
           std::string(LevelName(t.main_level())), std::to_string(t.count), line(t.first), line(t.last), t.text},
          names[t.first.input], names[t.last.input]);
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

void PrintValues(const sources::LogAnalysis& analysis, uint32_t template_id) {
  const logs::Mined& mined = *analysis.mined;
  const FileColumn files(analysis);
  const logs::Template& tmpl = mined.summary().templates[template_id];
  std::vector<std::string> row = {"line", "time"};
  for (size_t i = 0; i < tmpl.slots.size(); ++i) {
    row.push_back(tmpl.slots[i].key.empty() ? fmt::format("value{}", i + 1) : tmpl.slots[i].key);
    // A key that occurs twice gets its place, so that no two columns have one name.
    if (std::count(row.begin(), row.end() - 1, row.back()) > 0) row.back() += fmt::format("_{}", i + 1);
  }
  const auto print = [](const std::vector<std::string>& fields) { fmt::print("{}", text::CsvLine(fields)); };
  print(files.With(row, "file"));
  logs::VisitOptions only;
  only.templates = {template_id};
  mined.Visit(only, [&](const logs::LineEvent& event) {
    if (event.template_id != template_id) return true;
    row = {std::to_string(analysis.LineInFile(event.place)), logs::FormatTime(event.place.time)};
    for (const std::string_view value : event.slots) row.push_back(text::RepairUtf8(value));
    print(files.With(row, files.Of(event.place)));
    return true;
  });
}

}  // namespace yk::app
