// SPDX-License-Identifier: Apache-2.0
// Comma-separated values as RFC 4180 describes them, read as a stream and written with correct quoting.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace yk::text {

struct CsvOptions {
  char delimiter = ',';
  size_t record_bytes_max = 64u << 20;  ///< a quote that never closes would otherwise swallow the file into memory
};

/// One record. `problem` is empty, or a sentence about what is wrong with this record alone; its fields are then the
/// best reading, and the caller decides whether to fail the row. It never fails its neighbours.
struct CsvRecord {
  std::vector<std::string> fields;
  size_t line = 0;  ///< line of the record's first byte, from 1; lines inside quoted fields are counted
  std::string problem;
};

/// Streaming reader: feed bytes in pieces of any size, records come out in order. Takes LF, CRLF and CR, drops a UTF-8
/// byte-order mark, skips empty lines, keeps a quote inside an unquoted field as it stands. Bytes are UTF-8 or another
/// charset in which ASCII bytes stand for themselves; CP932 must be converted before.
/// Not thread-safe. After an error the reader must not be used again.
class CsvReader {
 public:
  using Emit = std::function<void(CsvRecord&&)>;

  explicit CsvReader(CsvOptions options = {}) : options_(options) {}

  /// Reads `bytes` and calls `emit` for each record that ends in them. Fails (exhausted) when one record passes
  /// record_bytes_max, naming the line where it starts.
  Result<void> Feed(std::string_view bytes, const Emit& emit);

  /// Ends the input: emits the last record when no line end closed it. Fails when it stands inside a quoted field.
  Result<void> Finish(const Emit& emit);

 private:
  enum class State { kFieldStart, kPlain, kQuoted, kQuoteInQuoted };

  void Take(char c, const Emit& emit);
  void TakeOutside(char c, const Emit& emit);
  void AfterQuote(char c, const Emit& emit);
  void AddByte(char c);
  void EndField();
  void EndRecord(const Emit& emit);
  Result<void> CheckSize() const;

  CsvOptions options_;
  State state_ = State::kFieldStart;
  CsvRecord record_;
  std::string field_;
  size_t record_bytes_ = 0;
  size_t line_ = 1;
  size_t quote_line_ = 0;
  bool last_was_cr_ = false;
  bool record_open_ = false;  ///< a byte other than a line end belongs to the record under way
  size_t bom_seen_ = 0;       ///< bytes of the byte-order mark matched so far; 3 = the start is behind us
};

/// Reads a whole text.
Result<std::vector<CsvRecord>> ParseCsv(std::string_view text, CsvOptions options = {});

/// The delimiter (tab, semicolon, bar or comma, the first of equals) that splits most of the first lines of `head` into
/// the same number of fields; comma when unsure.
char GuessCsvDelimiter(std::string_view head);

/// One record with its line end (CRLF as the RFC wants, or "\n"). Quotes only where needed: delimiter, quote, line
/// end, outer white space, or a record that would else be an empty line.
std::string CsvLine(std::span<const std::string> fields, char delimiter = ',', std::string_view line_end = "\n");

}  // namespace yk::text
