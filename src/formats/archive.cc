// SPDX-License-Identifier: Apache-2.0
#include "formats/archive.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "formats/archive_reader.h"
#include "formats/document_builder.h"
#include "formats/format.h"
#include "formats/read_file.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::Reason;
using reader::Task;

bool MayBeContainer(std::string_view name) {
  const std::string ending = LowerEnding(name);
  if (ending.empty()) return false;
  return std::any_of(Formats().begin(), Formats().end(), [&](const Format& format) {
    return format.container && std::find(format.endings.begin(), format.endings.end(), ending) != format.endings.end();
  });
}

reader::ReadRequest Inside(const reader::ReadRequest& request, const std::string& name, uint64_t bytes_left) {
  reader::ReadRequest inside = request;
  inside.name = name;
  inside.depth = request.depth + 1;
  inside.options.limits.expanded_bytes_max = bytes_left;
  return inside;
}

/// Lists the members of one archive; `budget` is what may be unfolded on the way.
class Lister {
 public:
  explicit Lister(const reader::ReadRequest& request)
      : request_(request), budget_(request.options.limits.expanded_bytes_max) {}

  Result<std::vector<reader::Member>> Run(ArchiveReader& archive) {
    do {
      YK_TRY_VOID(Add(archive));
      if (members_.size() > static_cast<size_t>(request_.options.limits.members_max)) {
        return Fail(TooManyMembers(request_.options.limits.members_max));
      }
      YK_TRY(more_, archive.Next());
    } while (more_);
    return std::move(members_);
  }

 private:
  /// What cannot be looked into is a member of its own, and says why when it is read.
  Result<void> Add(ArchiveReader& archive) {
    const std::string name = archive.name();
    if (MayBeContainer(name) && !archive.encrypted()) {
      if (auto content = archive.Data(budget_)) {
        budget_ -= content->size();
        reader::ReadRequest inside = Inside(request_, name, budget_);
        inside.options.member.clear();
        inside.options.limits.members_max -= static_cast<int>(members_.size());
        auto inner = ReadContent(inside, *content);
        if (inner && !inner->members.empty()) {
          for (reader::Member& member : inner->members) {
            member.path.insert(member.path.begin(), name);
            members_.push_back(std::move(member));
          }
          return {};
        }
      }
    }
    members_.push_back({.path = {name}, .size = archive.size()});
    return {};
  }

  const reader::ReadRequest& request_;
  uint64_t budget_;
  bool more_ = true;
  std::vector<reader::Member> members_;
};

/// What users see of an archive that nobody looks into.
Result<reader::ReadAnswer> ListAsDocument(const reader::ReadRequest& request,
                                          const std::vector<reader::Member>& members) {
  DocumentBuilder out(request.options);
  for (const reader::Member& member : members) {
    std::string line;
    for (const std::string& name : member.path) line += (line.empty() ? "" : "/") + name;
    out.Add(reader::BlockKind::kListItem, line);
  }
  out.Metadata("members", std::to_string(members.size()));
  out.Note(fmt::format("The archive holds {} files; this text only names them.", members.size()));
  return out.Finish("application/x-archive");
}

}  // namespace

Result<reader::ReadAnswer> ReadArchive(const reader::ReadRequest& request, std::string_view bytes) {
  YK_TRY(const std::unique_ptr<ArchiveReader> archive, ArchiveReader::OpenAtFirst(bytes, request.options));
  if (archive->single()) {
    const uint64_t budget = request.options.limits.expanded_bytes_max;
    YK_TRY(const std::string content, archive->Data(budget));
    return ReadContent(Inside(request, CompressedName(request.name), budget - content.size()), content);
  }
  YK_TRY(std::vector<reader::Member> members, Lister(request).Run(*archive));
  if (request.task == Task::kRead) return ListAsDocument(request, members);
  reader::ReadAnswer answer;
  answer.page_count = 1;
  if (request.task == Task::kList) answer.members = std::move(members);
  return answer;
}

}  // namespace yk::formats
