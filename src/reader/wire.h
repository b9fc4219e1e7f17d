// SPDX-License-Identifier: Apache-2.0
// Requests and answers of the reader protocol as values, and their place in a frame.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "reader/document.h"
#include "reader/frame.h"
#include "reader/reader_pool.h"

namespace yk::reader {

struct ReadRequest {
  std::string name;         ///< the file's name: its ending tells the format
  bool count_only = false;  ///< answer with the number of pages
  ReadLimits limits;
};

struct ReadAnswer {
  Document document;
  int page_count = 0;  ///< of the whole file
};

Frame EncodeRequest(const ReadRequest& request);
Result<ReadRequest> DecodeRequest(const Frame& frame);

/// Errors keep their code, message and context.
Frame EncodeAnswer(const Result<ReadAnswer>& answer);

/// Checks everything a Document promises (UTF-8, contiguous pages that cover the text). kCorrupt: the peer broke the
/// protocol; any other error is the one that the peer reports about the file.
Result<ReadAnswer> DecodeAnswer(Frame frame);

}  // namespace yk::reader
