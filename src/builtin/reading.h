// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "builtin/candidate.h"
#include "builtin/kind.h"
#include "text/bm25.h"
#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::builtin {

struct Sentence {
  text::Range range;
  size_t length = 0;  ///< code points
  bool heading = false;
  size_t under = 0;  ///< index of the heading above; its own index for none
};

/// One row text and all that several fields want to know about it; each thing is worked out once, when first asked
/// for. The text must be valid UTF-8 and outlive the reading. Not thread-safe.
class Reading {
 public:
  explicit Reading(std::string_view text);

  std::string_view text() const { return text_; }
  std::string_view Slice(text::Range range) const { return text_.substr(range.begin, range.size()); }
  const std::vector<Sentence>& sentences() const { return sentences_; }

  /// The sentence that holds `byte`, or the last one before it.
  size_t SentenceAt(size_t byte) const;

  /// Code points between two places, at most `max`.
  size_t Distance(size_t from, size_t to, size_t max = 2000) const;

  text::Range CodePoints(text::Range bytes) const { return index_.ToCodePoints(bytes); }

  /// Places where the phrase stands as words of its own, whatever its case, width, hyphens, quotes and line breaks.
  const std::vector<text::Range>& Places(const std::string& phrase);

  /// Sentences that hold these letters anywhere, in order; `stem` is compared as phrases are.
  std::vector<size_t> SentencesWith(const std::string& stem) const;

  /// BM25 of every sentence (with its heading) for the query, divided by the best; all 0 when nothing matches.
  std::vector<float> Relevance(const std::string& query);

  /// Everything of that kind in the text, in order.
  const std::vector<Candidate>& Candidates(Kind kind);

 private:
  void SplitSentences();
  void FindPlaces(const std::string& phrase, std::vector<text::Range>* places) const;
  bool StandsAlone(text::Range range) const;

  std::string_view text_;
  text::CodePointIndex index_;
  text::FoldedText folded_;  ///< without case, width, white space and hyphens
  std::vector<Sentence> sentences_;
  text::Bm25Index bm25_;
  bool bm25_built_ = false;
  std::unordered_map<std::string, std::vector<text::Range>> places_;
  std::unordered_map<int, std::vector<Candidate>> candidates_;
};

/// How phrases and texts are folded before they are compared.
text::FoldOptions PhraseFolding();

}  // namespace yk::builtin
