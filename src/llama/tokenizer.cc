// SPDX-License-Identifier: Apache-2.0
#include "llama/tokenizer.h"

#include <llama.h>

#include <algorithm>
#include <array>

#include "base/check.h"

namespace yk::llama {
namespace {

std::string Piece(const llama_vocab* vocab, Token token, bool special) {
  std::array<char, 64> small{};
  int32_t n = llama_token_to_piece(vocab, token, small.data(), small.size(), 0, special);
  if (n >= 0) return {small.data(), static_cast<size_t>(n)};
  std::string large(static_cast<size_t>(-n), '\0');
  n = llama_token_to_piece(vocab, token, large.data(), static_cast<int32_t>(large.size()), 0, special);
  large.resize(static_cast<size_t>(std::max(n, 0)));
  return large;
}

}  // namespace

Tokenizer::Tokenizer(std::shared_ptr<const Weights> weights) : weights_(std::move(weights)), vocab_(weights_->vocab()) {
  const int32_t size = llama_vocab_n_tokens(vocab_);
  std::vector<std::string> pieces(static_cast<size_t>(size));
  ends_turn_.resize(static_cast<size_t>(size));
  constexpr int kNoText = LLAMA_TOKEN_ATTR_CONTROL | LLAMA_TOKEN_ATTR_UNKNOWN | LLAMA_TOKEN_ATTR_UNUSED;
  for (Token token = 0; token < size; ++token) {
    const auto index = static_cast<size_t>(token);
    ends_turn_[index] = llama_vocab_is_eog(vocab_, token);
    if (!ends_turn_[index] && (llama_vocab_get_attr(vocab_, token) & kNoText) == 0)
      pieces[index] = Piece(vocab_, token, false);
  }
  pieces_ = constrain::Vocabulary::Make(std::move(pieces));
  const std::vector<Token> probe = Run("\n", false);
  adds_space_ = !probe.empty() && Bytes(probe.front()).starts_with(' ');
}

std::vector<Token> Tokenizer::Run(std::string_view text, bool special, bool whole) const {
  std::vector<Token> out(text.size() + 8);
  const auto length = static_cast<int32_t>(text.size());
  int32_t n = llama_tokenize(vocab_, text.data(), length, out.data(), static_cast<int32_t>(out.size()), whole, special);
  if (n < 0 && n != INT32_MIN) {
    out.resize(static_cast<size_t>(-n));
    n = llama_tokenize(vocab_, text.data(), length, out.data(), -n, whole, special);
  }
  YK_CHECK(n >= 0, "llama_tokenize takes texts below 2 GB");
  out.resize(static_cast<size_t>(n));
  return out;
}

std::vector<Token> Tokenizer::Data(std::string_view text) const {
  if (text.empty()) return {};
  if (!adds_space_) return Run(text, false);
  // A line break before the text takes the added space upon itself; both are cut away again.
  std::vector<Token> tokens = Run("\n" + std::string(text), false);
  size_t cut = 0;
  for (std::string seen; cut < tokens.size() && seen != " \n"; ++cut) seen += Bytes(tokens[cut]);
  tokens.erase(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(cut));
  return tokens;
}

std::vector<Token> Tokenizer::Whole(std::string_view text) const { return Run(text, false, true); }

std::optional<Token> Tokenizer::TextEnd() const {
  const llama_token end = llama_vocab_eos(vocab_);
  return llama_vocab_get_add_eos(vocab_) && end != LLAMA_TOKEN_NULL ? std::optional(end) : std::nullopt;
}

std::vector<Token> Tokenizer::Markup(std::string_view text, bool first) const {
  std::vector<Token> tokens = Run(text, true);
  const llama_token begin = llama_vocab_bos(vocab_);
  if (first && llama_vocab_get_add_bos(vocab_) && begin != LLAMA_TOKEN_NULL &&
      (tokens.empty() || tokens.front() != begin)) {
    tokens.insert(tokens.begin(), begin);
  }
  return tokens;
}

std::string Tokenizer::Spelled(Token token) const { return Piece(vocab_, token, true); }

std::string Tokenizer::BeginText() const {
  const llama_token token = llama_vocab_bos(vocab_);
  return token == LLAMA_TOKEN_NULL ? "" : Spelled(token);
}

std::string Tokenizer::EndText() const {
  const llama_token token = llama_vocab_eos(vocab_);
  return token == LLAMA_TOKEN_NULL ? "" : Spelled(token);
}

}  // namespace yk::llama
