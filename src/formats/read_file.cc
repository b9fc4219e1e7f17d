// SPDX-License-Identifier: Apache-2.0
#include "formats/read_file.h"

#include <exception>
#include <new>
#include <string>

#include "formats/format.h"
#include "formats/html.h"
#include "formats/media.h"
#include "formats/open_containers.h"
#include "reader/reason.h"

namespace yk::formats {
namespace {

using reader::Reason;

/// Bytes that no text has: a NUL that is not part of UTF-16 or UTF-32.
bool LooksBinary(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, 4096);
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) return false;
  size_t zeros = 0;
  for (const char c : head) zeros += c == '\0' ? 1 : 0;
  // UTF-16 without a mark has a zero in about every second byte.
  return zeros > 0 && zeros * 4 < head.size();
}

Failure Unsupported(const std::string& name) {
  const std::string ending = LowerEnding(name);
  return Fail(reader::ReasonError(
      Reason::kUnsupported,
      fmt::format("{} cannot be read; convert the file to PDF or text, or leave it out by a narrower pattern",
                  ending.empty() ? "binary files of an unknown kind" : fmt::format("files ending in '{}'", ending))));
}

/// What a browser saved when it was asked to log in, say. Its few words are not the document that somebody waits for.
Failure NoPdfButAPage() {
  return Fail(reader::ReasonError(Reason::kCorrupt,
                                  "the file is named .pdf but holds a web page, perhaps a notice that came "
                                  "in place of the document; get it again"));
}

Result<reader::ReadAnswer> Dispatch(const reader::ReadRequest& request, std::string_view bytes) {
  const Format* format = FindFormat(request.name, bytes);
  if (format == nullptr && !LooksBinary(bytes)) format = &Formats().back();
  if (format == nullptr) return Unsupported(request.name);
  if (!format->container && request.task == reader::Task::kList) return reader::ReadAnswer{};
  if (!format->container && !request.options.member.empty()) {
    return Fail(Code::kNotFound, "the file is a {} and holds no '{}'; was it changed meanwhile?", format->name,
                request.options.member.front());
  }
  if (format->read == &ReadHtml && LowerEnding(request.name) == ".pdf") return NoPdfButAPage();
  const bool whole = request.task != reader::Task::kList && request.options.member.empty();
  if (request.options.frames_every.count() > 0 && whole && format->read != &ReadMedia) {
    return Fail(reader::ReasonError(
        Reason::kUnsupported,
        fmt::format("the file is no video but a {}, which has no frames; leave it out by a narrower pattern",
                    format->name)));
  }
  return format->read(request, bytes);
}

}  // namespace

Result<void> CheckContent(const reader::ReadRequest& request, int depth, std::string_view bytes) {
  if (bytes.empty()) return Fail(reader::ReasonError(Reason::kEmptyFile, "the file is empty"));
  if (depth <= request.options.limits.depth_max) return {};
  return Fail(reader::ReasonError(Reason::kResourceLimit,
                                  fmt::format("the file lies more than {} containers deep; unpack the outer ones first",
                                              request.options.limits.depth_max)));
}

Result<reader::ReadAnswer> Guarded(const std::function<Result<reader::ReadAnswer>()>& read) {
  try {
    return read();
  } catch (const std::bad_alloc&) {
    return Fail(reader::ReasonError(Reason::kResourceLimit,
                                    "reading the file took more memory than one file may have; split the file"));
  } catch (const std::exception& error) {
    return Fail(reader::ReasonError(
        Reason::kCorrupt, fmt::format("the file is damaged and cannot be read ({}); get it again", error.what())));
  }
}

Result<reader::ReadAnswer> ReadByFormat(const reader::ReadRequest& request, std::string_view bytes) {
  YK_TRY_VOID(CheckContent(request, request.depth, bytes));
  return Guarded([&] { return Dispatch(request, bytes); });
}

Result<reader::ReadAnswer> ReadContent(const reader::ReadRequest& request, std::string_view bytes) {
  return request.options.member.empty() ? ReadByFormat(request, bytes) : OpenContainers().Read(request, bytes);
}

}  // namespace yk::formats
