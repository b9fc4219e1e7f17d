// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pipeline/sink.h"
#include "sinks/growing_file.h"

namespace yk::sinks {

/// Turns a result into the text that goes into a file.
class RowFormat {
 public:
  virtual ~RowFormat() = default;
  virtual std::string Header() const = 0;
  virtual Result<std::string> Format(const store::RowResult& row) = 0;
};

/// Results as they are, one JSON object per line (decisions.md 17).
std::unique_ptr<RowFormat> MakeJsonlFormat();

struct CsvFormatOptions {
  std::vector<std::string> columns;
  std::vector<std::string> confidence;  ///< fields whose confidence has a column: "_confidence.FIELD"
  bool bom = false;            ///< UTF-8 mark at the beginning: Excel needs it to see Japanese
  bool escape_formulas = true; ///< texts that a spreadsheet would run as a formula get an apostrophe in front
  bool inline_errors = false;  ///< columns _status and _error at the end
};
std::unique_ptr<RowFormat> MakeCsvFormat(CsvFormatOptions options);

/// out/risk.jsonl -> out/risk.errors.jsonl, out/risk.csv -> out/risk.csv.errors.jsonl: two sinks of one job never share it.
std::filesystem::path ErrorsPath(const std::filesystem::path& path);

/// Appends formatted rows to a file, and rows that failed to ErrorsPath beside it (with `inline_errors` to the
/// same file). Rows that a filter step dropped are in neither. Both files grow as `.partial` and take their names at
/// Close (see GrowingFile); an errors file without rows is removed. The cursor's state holds the errors file's mark.
class LineSink final : public pipeline::Sink {
 public:
  struct Options {
    std::string name;  ///< see Sink::Name
    std::filesystem::path path;
    bool inline_errors = false;
  };
  LineSink(Options options, std::unique_ptr<RowFormat> format);

  std::string Name() const override { return options_.name; }
  Result<void> Open(const std::optional<store::DeliveryCursor>& resume) override;
  Result<void> Write(std::span<const store::RowResult> rows) override;
  Result<store::DeliveryCursor> Flush() override;
  Result<void> Close(const Json& summary) override;

 private:
  const Options options_;
  const std::unique_ptr<RowFormat> format_;
  GrowingFile rows_;
  GrowingFile errors_;
  int64_t next_row_ = 0;
};

}  // namespace yk::sinks
