// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace yk::reader {

/// Bounds for one file. Passing one is a resource_limit failure of that file.
struct ReadLimits {
  std::chrono::milliseconds wall{60'000};  ///< until the process is killed; begins anew with each page read by OCR
  uint64_t file_bytes_max = uint64_t{1} << 30;
  uint64_t text_bytes_max = uint64_t{64} << 20;  ///< UTF-8 text of the document
  int pages_max = 10'000;
  int first_page = 1;                               ///< 1-based; only these pages are read
  int last_page = 0;                                ///< 0 = to the end
  uint64_t expanded_bytes_max = uint64_t{1} << 30;  ///< what compressed content (archives, office files) may unfold to
  int members_max = 100'000;                        ///< files in an archive, messages in a mailbox
  int depth_max = 5;                                ///< archives in archives, mails in mails
  int64_t cells_max = 5'000'000;                    ///< non-empty cells of a workbook's sheets together
};

/// What costs extra and is done only when somebody looks at it.
struct Want {
  bool tables = false;  ///< Document::tables
  bool spans = false;   ///< Document::spans: a box for every word
};

/// Reading of pictures and of pages without text.
struct OcrOptions {
  bool enabled = true;
  int dpi = 300;                      ///< pages are rendered at this resolution, pictures scaled towards it
  std::string languages = "jpn+eng";  ///< as Tesseract names them; those not installed are left out with a note
  int pages_max = 200;                ///< of one file
};

struct ReadOptions {
  ReadLimits limits{};
  Want want{};
  OcrOptions ocr{};
  std::vector<std::string> passwords{};  ///< tried in order on encrypted files
  /// Above 0: pictures of a video this far apart, the first at 0, each a page with the text that OCR finds in it. Files
  /// that are no video are unsupported then. 0: what a video says about itself.
  std::chrono::milliseconds frames_every{0};
  /// Path to a file inside the file: names of nested members, outermost first. Empty: the file itself.
  std::vector<std::string> member{};
};

/// A file or message inside a container (archive, mailbox).
struct Member {
  std::vector<std::string> path{};  ///< for ReadOptions::member
  uint64_t size = 0;                ///< bytes; 0: not known without unpacking
};

}  // namespace yk::reader
