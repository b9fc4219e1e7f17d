// SPDX-License-Identifier: Apache-2.0
#include "formats/opened_archive.h"

#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "formats/archive_reader.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

/// Several readers share one archive, so requests come a little out of order: what a compressed archive made us unfold
/// on the way is kept up to this size.
constexpr uint64_t kPassedBytesMax = uint64_t{32} << 20;

class OpenedArchive final : public Container {
 public:
  OpenedArchive(const reader::ReadRequest& request, std::string_view bytes)
      : name_(request.name), options_(request.options), bytes_(bytes) {}

  bool single() const override { return archive_ != nullptr && archive_->single(); }

  /// Goes to the first file.
  Result<void> Start() {
    passed_.clear();
    passed_bytes_ = 0;
    seen_ = 1;
    restart_ = true;
    YK_TRY(archive_, ArchiveReader::OpenAtFirst(bytes_, options_));
    unread_ = true;
    restart_ = false;
    return {};
  }

  Result<Found> Find(const std::string& member, uint64_t bytes_max) override {
    if (auto passed = TakePassed(member)) return Found{.name = member, .content = std::move(*passed)};
    auto content = Unfold(member, bytes_max);
    if (!content) {
      // What is locked or too large can be passed over; after any other failure the archive is not where it seems.
      const auto reason = reader::ReasonOf(content.error());
      restart_ = reason != reader::Reason::kEncrypted && reason != reader::Reason::kResourceLimit;
      return Fail(std::move(content).error());
    }
    return Found{.name = single() ? CompressedName(name_) : member, .content = std::move(*content)};
  }

 private:
  struct Passed {
    std::string name;
    std::string content;
  };

  std::optional<std::string> TakePassed(const std::string& member) {
    for (auto passed = passed_.begin(); passed != passed_.end(); ++passed) {
      if (passed->name != member) continue;
      std::string content = std::move(passed->content);
      passed_bytes_ -= content.size();
      passed_.erase(passed);
      return content;
    }
    return std::nullopt;
  }

  Result<std::string> Unfold(const std::string& member, uint64_t bytes_max) {
    if (restart_ || single()) YK_TRY_VOID(Start());
    YK_TRY(bool found, Seek(member));
    if (!found) {
      YK_TRY_VOID(Start());
      YK_TRY(found, Seek(member));
    }
    if (!found) return Fail(Code::kNotFound, "the archive has no file '{}'; was it changed meanwhile?", member);
    unread_ = false;
    return archive_->Data(bytes_max);
  }

  /// To the next unread file of that name; false at the end.
  Result<bool> Seek(const std::string& member) {
    for (;;) {
      if (unread_ && (single() || archive_->name() == member)) return true;
      if (unread_) PassOver();
      unread_ = false;
      YK_TRY(const bool more, archive_->Next());
      if (!more) return false;
      unread_ = true;
      if (++seen_ > options_.limits.members_max) return Fail(TooManyMembers(options_.limits.members_max));
    }
  }

  void PassOver() {
    if (!archive_->streamed() || archive_->size() > kPassedBytesMax / 4) return;
    auto content = archive_->Data(kPassedBytesMax / 4);
    // What cannot be read now fails again, with its reason, when somebody asks for it.
    if (!content) return;
    passed_bytes_ += content->size();
    passed_.push_back({archive_->name(), std::move(*content)});
    while (passed_bytes_ > kPassedBytesMax) {
      passed_bytes_ -= passed_.front().content.size();
      passed_.pop_front();
    }
  }

  const std::string name_;
  const reader::ReadOptions options_;
  const std::string_view bytes_;
  std::unique_ptr<ArchiveReader> archive_;
  bool restart_ = false;  ///< the archive cannot go on from where it is
  bool unread_ = false;   ///< the content of the archive's current file
  int seen_ = 0;
  std::deque<Passed> passed_;
  uint64_t passed_bytes_ = 0;
};

}  // namespace

Result<std::unique_ptr<Container>> OpenArchive(const reader::ReadRequest& request, std::string_view bytes) {
  auto archive = std::make_unique<OpenedArchive>(request, bytes);
  YK_TRY_VOID(archive->Start());
  return archive;
}

}  // namespace yk::formats
