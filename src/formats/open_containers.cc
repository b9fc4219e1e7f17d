// SPDX-License-Identifier: Apache-2.0
#include "formats/open_containers.h"

#include <algorithm>
#include <utility>

#include "formats/format.h"
#include "formats/read_file.h"

namespace yk::formats {

Result<reader::ReadAnswer> OpenContainers::Read(const reader::ReadRequest& request, std::string_view bytes) {
  bool ended = false;
  auto answer = Guarded([&] {
    auto found = Walk(request, bytes);
    ended = true;
    return found;
  });
  // An exception, out of memory most likely: what is kept open would be in the way of the next file as well.
  if (!ended) Forget();
  return answer;
}

Result<reader::ReadAnswer> OpenContainers::Walk(const reader::ReadRequest& request, std::string_view bytes) {
  if (levels_.empty()) {
    levels_.push_back(std::make_unique<Level>());
    Level& file = *levels_.front();
    file.name = request.name;
    file.bytes = bytes;
    file.depth = request.depth;
    file.bytes_left = request.options.limits.expanded_bytes_max;
  }
  const std::vector<std::string>& path = request.options.member;
  size_t at = 0;
  auto rest = path.begin();
  while (rest != path.end()) {
    YK_TRY_VOID(CheckContent(request, levels_[at]->depth, levels_[at]->bytes));
    YK_TRY(Container* const container, Open(*levels_[at], request));
    if (container == nullptr) break;
    const std::string member = container->single() ? "" : *rest++;
    if (levels_.size() <= at + 1 || levels_[at + 1]->member != member) YK_TRY_VOID(Descend(at, member));
    ++at;
  }
  levels_.resize(at + 1);
  const Level& level = *levels_[at];
  reader::ReadRequest inside = request;
  inside.name = level.name;
  inside.depth = level.depth;
  inside.options.limits.expanded_bytes_max = level.bytes_left;
  inside.options.member.assign(rest, path.end());
  return level.read != nullptr ? level.read(inside, level.bytes) : ReadByFormat(inside, level.bytes);
}

Result<Container*> OpenContainers::Open(Level& level, const reader::ReadRequest& request) {
  if (level.asked) return level.container.get();
  const Format* const format = level.read != nullptr ? nullptr : FindFormat(level.name, level.bytes);
  if (format != nullptr && format->open != nullptr) {
    reader::ReadRequest inside = request;
    inside.name = level.name;
    YK_TRY(level.container, format->open(inside, level.bytes));
  }
  level.asked = true;
  return level.container.get();
}

Result<void> OpenContainers::Descend(size_t from, const std::string& member) {
  levels_.resize(from + 1);
  const Level& outer = *levels_[from];
  YK_TRY(Found found, outer.container->Find(member, outer.bytes_left));
  auto level = std::make_unique<Level>();
  level->member = member;
  level->name = std::move(found.name);
  level->content = std::move(found.content);
  level->bytes = level->content;
  level->read = found.read;
  level->depth = outer.depth + (found.read == nullptr ? 1 : 0);
  level->bytes_left = outer.bytes_left - std::min<uint64_t>(outer.bytes_left, level->content.size());
  levels_.push_back(std::move(level));
  return {};
}

}  // namespace yk::formats
