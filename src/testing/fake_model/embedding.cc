// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstring>

#include "base/json.h"
#include "testing/fake_model/chat.h"

namespace yk::testing {
namespace {

/// Hashed character trigrams, so that texts that share words lie near each other.
std::vector<float> Embed(std::string_view text, size_t size) {
  std::vector<float> v(size, 0.0f);
  for (size_t i = 0; i + 3 <= text.size(); ++i) {
    const uint64_t h = StableHash(text.substr(i, 3));
    v[h % size] += (h >> 40 & 1) != 0 ? 1.0f : -1.0f;
  }
  if (text.size() < 3) v[StableHash(text) % size] = 1.0f;
  float norm = 0;
  for (const float x : v) norm += x * x;
  if (norm == 0) v[0] = norm = 1.0f;
  for (float& x : v) x /= std::sqrt(norm);
  return v;
}

std::string Base64(std::string_view bytes) {
  static constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t word = 0;
    for (size_t k = 0; k < 3; ++k) {
      word = word << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    for (size_t k = 0; k < 4; ++k) {
      out.push_back(i + k > bytes.size() ? '=' : kLetters[word >> (18 - 6 * k) & 63]);
    }
  }
  return out;
}

}  // namespace

Result<std::string> EmbeddingBody(std::string_view body, const FakeModelScript& script) {
  YK_TRY(const Json request, ParseJson(body));
  if (!request.is_object() || !request.contains("input")) return Fail(Code::kInvalid, "input is missing");
  Json inputs = request["input"];
  if (inputs.is_string()) inputs = Json::array({inputs});
  if (!inputs.is_array()) return Fail(Code::kInvalid, "input is a string or a list of strings");
  const bool base64 = request.value("encoding_format", "float") == "base64";
  Json data = Json::array();
  int64_t tokens = 0;
  for (const Json& input : inputs) {
    if (!input.is_string()) return Fail(Code::kInvalid, "input is a string or a list of strings");
    const auto& text = input.get_ref<const std::string&>();
    tokens += static_cast<int64_t>(text.size() / 4 + 1);
    const std::vector<float> v = Embed(text, static_cast<size_t>(script.embedding_size));
    Json embedding = v;
    if (base64) embedding = Base64({reinterpret_cast<const char*>(v.data()), v.size() * sizeof(float)});
    data.push_back(Json{{"object", "embedding"}, {"index", data.size()}, {"embedding", std::move(embedding)}});
  }
  return DumpJson(Json{{"object", "list"},
                       {"data", std::move(data)},
                       {"model", script.model},
                       {"usage", {{"prompt_tokens", tokens}, {"total_tokens", tokens}}}});
}

}  // namespace yk::testing
