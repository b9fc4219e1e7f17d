// SPDX-License-Identifier: Apache-2.0
// The forgiving value parser under ParseTolerantJson. Internal to text/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "base/json.h"

namespace yk::text {

enum class ParseEnd {
  kDone,  ///< a complete value was read
  kCut,   ///< the text ended inside the value; what is complete of it was read
  kBad,   ///< this is not a value
};

/// Reads one value at a position of a text. One parser serves many positions of the same text; `repairs` and the
/// furthest error add up over them.
class TolerantParser {
 public:
  TolerantParser(std::string_view text, size_t depth_max) : text_(text), depth_max_(depth_max) {}

  /// Reads the object or list that begins at `start`. On kCut `value` holds what was complete.
  ParseEnd Read(size_t start, Json& value);

  /// The last value had at least one field name with its colon, or one list item: it was meant as JSON, not as prose.
  bool committed() const { return committed_; }
  size_t position() const { return at_; }                            ///< after the value, or where reading stopped
  uint64_t bytes_read() const { return bytes_read_; }                ///< over all calls, the measure of work done
  const std::set<std::string>& repairs() const { return repairs_; }  ///< of the last call
  const std::string& problem() const { return problem_; }            ///< of the attempt that came furthest
  size_t problem_at() const { return problem_at_; }

 private:
  ParseEnd Value(Json& out, bool& present);
  ParseEnd Object(Json& out);
  ParseEnd Array(Json& out);
  ParseEnd Key(std::string& out);
  ParseEnd Number(Json& out, bool& present);
  ParseEnd Word(Json& out, bool& present);
  ParseEnd String(std::string& out);
  bool Escape(std::string& out);
  bool Hex4(uint32_t& out);
  ParseEnd Separator(std::string_view close, bool& closed);

  void SkipBlank();
  bool AtEnd() const { return at_ >= text_.size(); }
  std::string_view Rest() const { return text_.substr(at_); }
  bool Take(std::string_view token);
  /// Takes `plain` or, noting a repair, `wide`.
  bool TakeEither(std::string_view plain, std::string_view wide);
  bool LooksLikeValue() const;
  void Repaired(const char* what) { repairs_.insert(what); }
  ParseEnd Bad(const char* what);

  std::string_view text_;
  size_t depth_max_;
  size_t at_ = 0;
  size_t depth_ = 0;
  bool new_line_ = false;  ///< the blank just skipped held a line end
  bool committed_ = false;
  uint64_t bytes_read_ = 0;
  std::set<std::string> repairs_;
  std::string problem_;
  size_t problem_at_ = 0;
};

}  // namespace yk::text
