// SPDX-License-Identifier: Apache-2.0
#include "sources/member_reader.h"

namespace yk::sources {

std::string ShownName(const std::string& file, const MemberPath& member) {
  std::string shown = file;
  for (const std::string& name : member) shown += "/" + name;
  return shown;
}

std::vector<MemberPath> MemberReader::Members(const InputFile& file) const {
  auto members = readers_->List(file.path, Options({}));
  if (!members || members->empty()) return {MemberPath()};
  std::vector<MemberPath> out;
  out.reserve(members->size());
  for (reader::Member& member : *members) out.push_back(std::move(member.path));
  return out;
}

int MemberReader::CountPages(const InputFile& file, const MemberPath& member) const {
  const auto count = readers_->CountPages(file.path, Options(member));
  return count ? *count : 0;
}

reader::ReadOptions MemberReader::Options(const MemberPath& member) const {
  reader::ReadOptions options = readers_->defaults();
  options.passwords.insert(options.passwords.end(), passwords_.begin(), passwords_.end());
  options.member = member;
  options.frames_every = frames_every_;
  return options;
}

Result<reader::Document> MemberReader::Read(const InputFile& file, const reader::ReadOptions& options) const {
  const std::string shown = ShownName(file.shown, options.member);
  auto document = readers_->Read(file.path, options);
  if (!document) {
    Error error = std::move(document).error();
    const bool named = !error.context.empty() && error.context.back() == ShownName(file.path.string(), options.member);
    if (named) error.context.back() = shown;
    return Fail(std::move(error));
  }
  document->file = shown;
  return document;
}

}  // namespace yk::sources
