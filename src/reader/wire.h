// SPDX-License-Identifier: Apache-2.0
// Requests and answers of the reader protocol as values, and their place in a frame.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "reader/document.h"
#include "reader/frame.h"
#include "reader/read_options.h"

namespace yk::reader {

enum class Task {
  kRead,   ///< the document
  kCount,  ///< the number of pages
  kList,   ///< the members of a container; none for other files
};

struct ReadRequest {
  std::string name;  ///< the file's name: its ending tells the format
  Task task = Task::kRead;
  ReadOptions options;
  /// Whether whoever asks can turn office files of old kinds into newer ones: see ReadAnswer::convert_to.
  bool converter = false;
  int depth = 0;  ///< how many containers this content came out of; set by readers of containers
  /// In yakan-reader only, may be empty: parsers call it when a piece of long work is done (a page read by OCR), and
  /// the pool grants the time limit anew.
  std::function<void()> progress{};
};

struct ReadAnswer {
  Document document;            ///< kRead
  int page_count = 0;           ///< of the whole file; kRead, kCount
  std::vector<Member> members;  ///< kList, in the container's order
  /// Not empty: `content` is an office file of an old kind, to be turned into this one ("docx", "pptx") and read then.
  std::string convert_to{};
  std::string content{};
};

/// What a reader sends between request and answer: it is alive and got on.
Frame EncodeProgress();
bool IsProgress(const Frame& frame);

Frame EncodeRequest(const ReadRequest& request);
Result<ReadRequest> DecodeRequest(const Frame& frame);

/// Errors keep their code, message and context.
Frame EncodeAnswer(const Result<ReadAnswer>& answer);

/// Checks everything a Document promises (UTF-8, contiguous pages that cover the text, offsets inside it, cells inside
/// their table). kCorrupt: the peer broke the protocol; any other error is the one that the peer reports about the
/// file.
Result<ReadAnswer> DecodeAnswer(Frame frame);

}  // namespace yk::reader
