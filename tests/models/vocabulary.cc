// SPDX-License-Identifier: Apache-2.0
#include "vocabulary.h"

namespace yk::models {
namespace {

constexpr int32_t kControl = 3;       // the type of special tokens
constexpr size_t kSingleBytes = 256;  // a byte-pair vocabulary begins with one token for each byte

std::vector<std::string> Strings(const gguf_context& file, const char* key) {
  std::vector<std::string> result;
  const int64_t id = gguf_find_key(&file, key);
  if (id < 0) return result;
  for (size_t i = 0; i < gguf_get_arr_n(&file, id); ++i) result.emplace_back(gguf_get_arr_str(&file, id, i));
  return result;
}

}  // namespace

Result<uint32_t> AddVocabulary(const std::string& path, size_t size, GgufFile& file) {
  const std::unique_ptr<gguf_context, FreeGguf> source(gguf_init_from_file(path.c_str(), {true, nullptr}));
  if (!source) return Fail(Code::kNotFound, "{} is not a model file; ./setup fetches the vocabularies", path);
  const auto tokens = Strings(*source, "tokenizer.ggml.tokens");
  const auto merges = Strings(*source, "tokenizer.ggml.merges");
  const int64_t types_key = gguf_find_key(source.get(), "tokenizer.ggml.token_type");
  if (tokens.empty() || types_key < 0) return Fail(Code::kInvalid, "{} holds no vocabulary", path);
  file.SetAll(*source);
  if (size == 0 || size >= tokens.size()) return static_cast<uint32_t>(tokens.size());

  if (merges.size() + kSingleBytes < size || size < kSingleBytes) {
    return Fail(Code::kInvalid, "the vocabulary of {} cannot be cut to {} tokens", path, size);
  }
  std::vector<std::string> kept(tokens.begin(), tokens.begin() + static_cast<ptrdiff_t>(size));
  std::vector<int32_t> kept_types(size, 1);
  const auto* types = static_cast<const int32_t*>(gguf_get_arr_data(source.get(), types_key));
  for (size_t i = size; i < tokens.size(); ++i) {
    if (types[i] != kControl) continue;
    kept.push_back(tokens[i]);
    kept_types.push_back(kControl);
  }
  file.Set("tokenizer.ggml.tokens", kept);
  file.Set("tokenizer.ggml.token_type", kept_types);
  file.Set("tokenizer.ggml.merges",
           std::vector<std::string>(merges.begin(), merges.begin() + static_cast<ptrdiff_t>(size - kSingleBytes)));
  for (size_t i = size; i < kept.size(); ++i) {
    if (kept[i] != "<|endoftext|>") continue;
    for (const char* use : {"bos", "eos", "padding"}) {
      file.Set(fmt::format("tokenizer.ggml.{}_token_id", use), static_cast<uint32_t>(i));
    }
  }
  return static_cast<uint32_t>(kept.size());
}

Result<Tokenizer> Tokenizer::Open(const std::string& path) {
  auto parameters = llama_model_default_params();
  parameters.vocab_only = true;
  llama_model* model = llama_model_load_from_file(path.c_str(), parameters);
  if (model == nullptr) return Fail(Code::kInternal, "llama.cpp cannot read the vocabulary in {}", path);
  return Tokenizer(model);
}

std::vector<int32_t> Tokenizer::Tokens(const std::string& text) const {
  std::vector<int32_t> tokens(text.size() + 8);
  const int32_t count =
      llama_tokenize(llama_model_get_vocab(model_.get()), text.data(), static_cast<int32_t>(text.size()), tokens.data(),
                     static_cast<int32_t>(tokens.size()), /*add_special=*/false, /*parse_special=*/true);
  tokens.resize(static_cast<size_t>(std::max(count, 0)));
  return tokens;
}

}  // namespace yk::models
