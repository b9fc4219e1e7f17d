// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace yk::logs {

enum class FieldRole : uint8_t { kOther, kTime, kLevel, kComponent, kHost, kPid, kRequest, kContent };

/// Where the fields of one line are. Not cleared when made: one is made for many lines.
class HeaderFields {
 public:
  static constexpr size_t kMax = 24;

  size_t count() const { return count_; }
  /// Empty, at nullptr, for the field of an optional part that is missing.
  std::string_view operator[](size_t i) const { return {begin_[i], size_[i]}; }
  const char* end_of(size_t i) const { return begin_[i] == nullptr ? nullptr : begin_[i] + size_[i]; }

  void Clear(size_t count) {
    count_ = count;
    for (size_t i = 0; i < count; ++i) Set(i, nullptr, nullptr);
  }
  void Set(size_t i, const char* begin, const char* end) {
    begin_[i] = begin;
    size_[i] = static_cast<size_t>(end - begin);
  }
  void CopyFrom(const HeaderFields& other) {
    count_ = other.count_;
    for (size_t i = 0; i < count_; ++i) Set(i, other.begin_[i], other.end_of(i));
  }

 private:
  size_t count_ = 0;
  std::array<const char*, kMax> begin_;
  std::array<size_t, kMax> size_;
};

/// How lines begin, compiled from "<Date> <Time> <Level> <Component>(\[<Pid>\])?: <Content>": fields in angle brackets,
/// each as short as what follows it allows; a space stands for one or more; \ takes the next character as it is; ( … )?
/// is an optional part, at most two. Text after the last field is not allowed: it is the content.
class HeaderFormat {
 public:
  /// kInvalid: what is wrong and where.
  static Result<HeaderFormat> Compile(std::string_view format);

  /// Whether the line begins so. Fields of an optional part that is missing are empty.
  bool Match(std::string_view line, HeaderFields* out) const {
    return MatchBehind(line, 0, std::string_view::npos, out);
  }

  /// The same for a line whose first fields, up to and with number `known`, are known already and end at `end`.
  bool MatchBehind(std::string_view line, size_t known, size_t end, HeaderFields* out) const;

  /// What stands before the first field; '\0' stands for white space.
  std::string_view head() const { return ways_.empty() ? std::string_view() : std::string_view(ways_[0].head); }

  /// From now on none of the first `fields` fields holds white space when it ends at some: so it is where columns were
  /// found. A line of another kind is refused at its first column then, not at its end.
  void ForbidSpaces(size_t fields) { tight_ = fields; }

  const std::string& text() const { return text_; }
  const std::vector<std::string>& names() const { return names_; }
  const std::vector<FieldRole>& roles() const { return roles_; }

 private:
  /// Characters between two fields; '\0' stands for white space.
  using Splitter = std::string;
  /// One way through the optional parts.
  struct Way {
    Splitter head;                 ///< before the first field
    std::vector<size_t> fields;    ///< which
    std::vector<Splitter> behind;  ///< each field's end; empty for the last
  };

  bool MatchWay(const Way& way, std::string_view line, size_t known, size_t end, HeaderFields* out) const;
  void AddWays(size_t item, Splitter* splitter, Way* way, unsigned depth);

  struct Item {
    enum Kind : uint8_t { kText, kField, kOpen, kClose } kind;
    std::string text;  ///< of kText
    size_t field = 0;  ///< of kField
    size_t close = 0;  ///< of kOpen: where the part ends
  };

  std::string text_;
  std::vector<std::string> names_;
  std::vector<FieldRole> roles_;
  std::vector<Item> items_;
  std::vector<Way> ways_;
  size_t tight_ = 0;  ///< see ForbidSpaces
};

/// What a field of this name tells: "Level", "severity" a level, "Component", "Logger" a component, …
FieldRole RoleOf(std::string_view name);

}  // namespace yk::logs
