// SPDX-License-Identifier: Apache-2.0
#include "chain.h"

#include <algorithm>
#include <cmath>

#include "logits.h"
#include "random.h"

namespace yk::models {

void Embeddings::Fill(size_t token, std::span<float> out) const {
  RowRandom random(seed, "token_embd", token);
  for (float& value : out) value = random.Next(1);
  if (constant) out[0] = 0;
  const double wanted = static_cast<double>(out.size()) - (constant ? 1 : 0);
  const auto scale = static_cast<float>(std::sqrt(wanted / Dot(out, out)));
  for (float& value : out) value *= scale;
  if (constant) out[0] = 1;
}

Result<void> AddAnswer(const std::vector<int32_t>& tail, const std::vector<int32_t>& answer, int32_t marker,
                       size_t lookback, Chain& chain) {
  if (tail.size() <= lookback) {
    return Fail(Code::kInvalid, "the tail of the prompt has {} tokens, at least {} are needed", tail.size(),
                lookback + 1);
  }
  std::vector<int32_t> text = tail;
  text.insert(text.end(), answer.begin(), answer.end());
  std::map<Place, int32_t> here;
  for (size_t at = tail.size(); at < text.size(); ++at) {
    Place place{{}, marker};
    for (size_t back = 1; back <= lookback + 1; ++back) place.last.push_back(text[at - back]);
    const auto [known, added] = here.emplace(place, text[at]);
    if (!added && known->second != text[at]) {
      return Fail(Code::kInvalid,
                  "two places of the answer (tokens {} and before) look the same in the last {} tokens; vary its text",
                  at - tail.size(), lookback + 1);
    }
    auto& next = chain[place];
    if (std::find(next.begin(), next.end(), text[at]) == next.end()) next.push_back(text[at]);
  }
  return {};
}

Mixer::Mixer(size_t size, size_t width, size_t lookback_, uint64_t seed)
    : lookback(lookback_),
      gain(std::sqrt(static_cast<float>(size) / static_cast<float>(width))),
      inner(OrthonormalRows(width, size, seed, "inner")),
      outer(OrthonormalRows(size, size, seed, "outer")) {}

std::vector<float> Mixer::Hidden(const Embeddings& embeddings, const Place& place) const {
  const size_t size = outer.rows;
  std::vector<float> hidden(size), other(size), blocks(size);
  embeddings.Fill(static_cast<size_t>(place.last[0]), hidden);
  const auto add = [&](size_t block, int32_t token) {
    embeddings.Fill(static_cast<size_t>(token), other);
    for (size_t i = 0; i < inner.rows; ++i) {
      blocks[block * inner.rows + i] = gain * static_cast<float>(Dot(inner.Row(i), other));
    }
  };
  for (size_t back = 1; back <= lookback; ++back) add(back - 1, place.last[back]);
  if (place.marker >= 0) add(lookback, place.marker);
  for (size_t i = 0; i < size; ++i) hidden[i] += static_cast<float>(Dot(outer.Row(i), blocks));
  const auto scale = static_cast<float>(std::sqrt(static_cast<double>(size) / Dot(hidden, hidden)));
  for (float& value : hidden) value *= scale;  // the norm before the output matrix
  return hidden;
}

Result<Head> SolveHead(const Embeddings& embeddings, const Mixer& mixer, const Chain& chain) {
  const size_t size = mixer.outer.rows;
  YK_TRY(const Logits logits, WantedLogits(chain));
  if (logits.contexts * 2 > size) {
    return Fail(Code::kInvalid,
                "the answers have {} places, and embeddings of {} elements have room for {}; raise --embd",
                logits.contexts, size, size / 2);
  }
  Matrix inputs(chain.size(), size), targets(chain.size(), logits.tokens.size());
  size_t row = 0;
  for (const auto& [place, next] : chain) {
    const auto hidden = mixer.Hidden(embeddings, place);
    std::copy(hidden.begin(), hidden.end(), inputs.Row(row).begin());
    std::copy(logits.rows[row].begin(), logits.rows[row].end(), targets.Row(row).begin());
    ++row;
  }
  const Matrix solution = LeastNorm(inputs, targets);
  Head head;
  for (size_t i = 0; i < logits.tokens.size(); ++i) {
    const auto weights = solution.Row(i);
    head[logits.tokens[i]].assign(weights.begin(), weights.end());
  }
  return head;
}

}  // namespace yk::models
