// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "reader/reader_pool.h"
#include "sources/file_list.h"

namespace yk::sources {

/// Names of nested members, outermost first; empty: the file itself.
using MemberPath = std::vector<std::string>;

/// "in/mails.zip/inbox/1.eml": as if containers were folders.
std::string ShownName(const std::string& file, const MemberPath& member);

/// Reads files and what is inside them as a source needs it: with the passwords of its job, and under the names that
/// users see.
class MemberReader {
 public:
  /// `readers` outlives this. `frames_every`: see reader::ReadOptions.
  MemberReader(const reader::ReaderPool* readers, std::vector<std::string> passwords,
               std::chrono::milliseconds frames_every = {})
      : readers_(readers), passwords_(std::move(passwords)), frames_every_(frames_every) {}

  /// What an archive or mailbox holds; for any other file the file itself. What cannot be listed is itself as well:
  /// reading it tells why.
  std::vector<MemberPath> Members(const InputFile& file) const;

  /// 0 when the pages cannot be counted and reading will tell why.
  int CountPages(const InputFile& file, const MemberPath& member) const;

  /// What callers change and give to Read.
  reader::ReadOptions Options(const MemberPath& member) const;

  /// Document::file and errors name the file as users see it.
  Result<reader::Document> Read(const InputFile& file, const reader::ReadOptions& options) const;

 private:
  const reader::ReaderPool* const readers_;
  const std::vector<std::string> passwords_;
  const std::chrono::milliseconds frames_every_;
};

}  // namespace yk::sources
