// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_attachments.h"

#include <algorithm>
#include <chrono>

#include "base/hash.h"
#include "formats/document_join.h"
#include "formats/format.h"
#include "formats/read_file.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::Reason;

constexpr size_t kDecorationBytes = 30'000;  // of logos and smileys; photographs and scans are larger

void Collect(const MailPart& part, std::vector<const MailPart*>& out) {
  if (part.is_listed()) out.push_back(&part);
  if (part.is_message() && part.is_listed()) return;
  for (const MailPart& each : part.parts) Collect(each, out);
}

/// The name that tells the format where the mail gives none.
std::string NameFor(const MailPart& part) {
  if (!part.filename.empty()) return part.filename;
  if (part.is_message()) return "attached.eml";
  if (part.mime == "text/html") return "attached.html";
  return part.mime.starts_with("text/") ? "attached.txt" : "attached";
}

/// A request for what is inside; `used` bytes of the budget are gone.
reader::ReadRequest Inside(const reader::ReadRequest& request, const MailPart& part, uint64_t used) {
  reader::ReadRequest inside = request;
  inside.name = NameFor(part);
  inside.task = reader::Task::kRead;
  inside.depth = request.depth + 1;
  inside.options.member.clear();
  inside.options.limits.first_page = 1;
  inside.options.limits.last_page = 0;
  uint64_t& budget = inside.options.limits.expanded_bytes_max;
  budget = budget > used ? budget - used : 0;
  return inside;
}

class Appender {
 public:
  Appender(const MailPart& root, const reader::ReadRequest& request, reader::Document& document)
      : root_(root), request_(request), document_(document) {}

  void Add(const MailPart& part) {
    reader::Attachment attachment;
    attachment.name = part.filename;
    attachment.mime = part.mime;
    attachment.size = part.content.size();
    attachment.sha256 = ToHex(Sha256(part.content));
    used_ += part.content.size();
    const size_t at = document_.attachments.size();
    document_.attachments.push_back(std::move(attachment));
    // The mail's own text, though it has a name: it stands above already.
    if (&part == &root_ && part.mime.starts_with("text/")) return;
    if (auto read = Read(part)) {
      document_.attachments[at].part = Join(std::move(*read), part);
    } else {
      document_.attachments[at].problem = read.error().message;
      if (part.is_message()) NestedOf(part);
    }
  }

 private:
  Result<reader::Document> Read(const MailPart& part) {
    if (part.content.empty()) return Fail(reader::ReasonError(Reason::kEmptyFile, "the attachment is empty"));
    reader::ReadRequest inside = Inside(request_, part, used_);
    inside.converter = false;
    if (inside.options.limits.expanded_bytes_max == 0) {
      return Fail(
          reader::ReasonError(Reason::kResourceLimit,
                              "the attachments before it unfold to more bytes than one mail may; save it as a file"));
    }
    if (Left() * 2 < request_.options.limits.wall) {
      return Fail(reader::ReasonError(Reason::kResourceLimit,
                                      "reading the attachments before it took too long; save it as a file"));
    }
    if (part.mime.starts_with("image/") && !part.attached && part.content.size() < kDecorationBytes) {
      return Fail(
          reader::ReasonError(Reason::kNoText, "small pictures inside a mail are taken for decoration and not read"));
    }
    inside.options.limits.wall = Left();
    YK_TRY(reader::ReadAnswer answer, ReadContent(inside, part.content));
    if (document_.text.size() + answer.document.text.size() > request_.options.limits.text_bytes_max ||
        document_.pages.size() + answer.document.pages.size() >
            static_cast<size_t>(request_.options.limits.pages_max)) {
      return Fail(reader::ReasonError(
          Reason::kResourceLimit, "with its text the mail would be longer than one document may; save it as a file"));
    }
    return std::move(answer.document);
  }

  /// What is left of the time for the mail: attachments must not cost the mail itself.
  std::chrono::milliseconds Left() const {
    const auto gone = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin_);
    return std::max(request_.options.limits.wall - gone, std::chrono::milliseconds(0));
  }

  int Join(reader::Document inner, const MailPart& part) {
    std::vector<reader::Attachment> nested;
    if (part.is_message()) nested = std::move(inner.attachments);
    const std::string name = NameFor(part);
    for (const std::string& note : inner.notes) document_.notes.push_back(name + ": " + note);
    const int index = JoinDocument(std::move(inner), name, document_);
    for (reader::Attachment& each : nested) {
      if (each.part >= 0) each.part += index;
      document_.attachments.push_back(std::move(each));
    }
    return index;
  }

  /// A mail nested too deep to be read still names what it brings.
  void NestedOf(const MailPart& part) {
    for (const MailPart* each : ListedParts(part.parts.front())) {
      document_.attachments.push_back({each->filename, each->mime, each->content.size(), ToHex(Sha256(each->content)),
                                       -1, "it is attached to a mail that was not read"});
      if (each->is_message()) NestedOf(*each);
    }
  }

  const MailPart& root_;
  const reader::ReadRequest& request_;
  reader::Document& document_;
  uint64_t used_ = 0;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace

std::vector<const MailPart*> ListedParts(const MailPart& root) {
  std::vector<const MailPart*> out;
  Collect(root, out);
  return out;
}

void AddAttachments(const MailPart& root, const reader::ReadRequest& request, reader::Document& document) {
  Appender appender(root, request, document);
  int count = 0;
  for (const MailPart* part : ListedParts(root)) {
    if (++count > request.options.limits.members_max) break;
    appender.Add(*part);
  }
}

Result<reader::ReadAnswer> ReadAttachment(const MailPart& root, const reader::ReadRequest& request) {
  const std::string& wanted = request.options.member.front();
  std::string names;
  for (const MailPart* part : ListedParts(root)) {
    const std::string name = NameFor(*part);
    if (name == wanted) {
      reader::ReadRequest inside = Inside(request, *part, 0);
      inside.task = request.task;
      inside.options.member.assign(request.options.member.begin() + 1, request.options.member.end());
      inside.options.limits = request.options.limits;
      return ReadContent(inside, part->content);
    }
    names.append(names.empty() ? "" : ", ").append(name);
  }
  return Fail(Code::kNotFound, "the mail has no attachment '{}'; it has {}", wanted, names.empty() ? "none" : names);
}

}  // namespace yk::formats
