// SPDX-License-Identifier: Apache-2.0
#include "llama/weights.h"

#include <ggml-backend.h>
#include <llama.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/file.h"
#include "hub/memory_need.h"
#include "hub/model_file.h"
#include "llama/library.h"
#include "llama/memory.h"
#include "llama/model_digest.h"

namespace yk::llama {
namespace {

std::string MetaText(const llama_model* model, const char* key) {
  std::array<char, 256> buffer{};
  return llama_model_meta_val_str(model, key, buffer.data(), buffer.size()) < 0 ? "" : buffer.data();
}

Result<ggml_backend_dev_t> FindDevice(const std::string& name) {
  std::string known;
  for (const Device& device : Devices()) {
    if (device.name == name) return ggml_backend_dev_by_name(name.c_str());
    known += (known.empty() ? "" : ", ") + device.name;
  }
  return Fail(Code::kInvalid, "there is no device '{}' here (found: {}); name one of these or leave 'device' out", name,
              known);
}

}  // namespace

Weights::~Weights() {
  if (model_ != nullptr) llama_model_free(model_);
}

const llama_vocab* Weights::vocab() const { return llama_model_get_vocab(model_); }

Result<Weights::Stamp> Weights::StampOf(const std::filesystem::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return Fail(ErrnoError("looking at the model file", path, errno));
  return Stamp{info.st_dev, info.st_ino, static_cast<uint64_t>(info.st_size),
               info.st_mtim.tv_sec * int64_t{1'000'000'000} + info.st_mtim.tv_nsec};
}

Result<void> Weights::CheckWrites() const {
  if (!info_.embeds) return {};
  return Fail(Code::kInvalid,
              "the model {} turns text into vectors and cannot answer questions; name a model that writes",
              info_.path.filename().string());
}

Result<void> Weights::StillThere() const {
  auto now = StampOf(info_.path);
  if (now && *now == stamp_) return {};
  return Fail(
      Code::kUnavailable,
      "the model file {} was {} while it was in use; run the same command again to go on with what is there now",
      info_.path.string(), now ? "changed" : "moved away");
}

Result<std::shared_ptr<const Weights>> Weights::Load(const Options& options) { return LoadAs(options, false); }

Result<std::shared_ptr<const Weights>> Weights::LoadVocabulary(const std::filesystem::path& path) {
  Options options;
  options.path = path;
  return LoadAs(options, true);
}

Result<std::shared_ptr<const Weights>> Weights::LoadAs(const Options& options, bool vocabulary_only) {
  StartLibrary();
  YK_TRY(const hub::ModelOnDisk file, hub::InspectModel(options.path));
  if (!vocabulary_only) YK_TRY_VOID(FitsMemory(file));

  auto weights = std::shared_ptr<Weights>(new Weights());
  YK_TRY(weights->stamp_, StampOf(options.path));
  llama_model_params params = llama_model_default_params();
  params.n_gpu_layers = options.gpu_layers;
  params.vocab_only = vocabulary_only;
  std::array<ggml_backend_dev_t, 2> devices{};
  if (!options.device.empty()) {
    YK_TRY(devices[0], FindDevice(options.device));
    // The processor is what is left where no device is named; as one of them it would come before attention_device.
    if (ggml_backend_dev_type(devices[0]) == GGML_BACKEND_DEVICE_TYPE_CPU) devices[0] = nullptr;
    params.devices = devices.data();
  }
  static_cast<void>(TakeComplaint());
  weights->model_ = llama_model_load_from_file(options.path.c_str(), params);
  if (weights->model_ == nullptr) {
    return Fail(Code::kInvalid, "the model file {} cannot be run: {}", options.path.string(), TakeComplaint());
  }

  const llama_model* model = weights->model_;
  WeightsInfo& info = weights->info_;
  info.path = options.path;
  info.architecture = MetaText(model, "general.architecture");
  std::array<char, 256> description{};
  llama_model_desc(model, description.data(), description.size());
  info.description = description.data();
  info.quantisation = llama_ftype_name(llama_model_ftype(model));
  info.file_bytes = file.bytes;
  info.cache_bytes_per_token = std::max<uint64_t>(1, hub::KvCacheBytes(file.header, 1));
  info.parameters = llama_model_n_params(model);
  info.context_trained = llama_model_n_ctx_train(model);
  info.embedding_width = llama_model_n_embd(model);
  info.has_chat_template = llama_model_chat_template(model, nullptr) != nullptr;
  info.recurrent = llama_model_is_recurrent(model) || llama_model_is_hybrid(model);
  info.plain_scores = MetaText(model, (info.architecture + ".attn_logit_softcapping").c_str()).empty() &&
                      MetaText(model, (info.architecture + ".attention.max_alibi_bias").c_str()).empty();
  YK_TRY(info.digest, ModelDigest(file));
  // Encoders such as BERT have neither a causal head nor a cache; the file tells by how they pool.
  info.encoder_only = MetaText(model, (info.architecture + ".attention.causal").c_str()) == "false";
  // Decoders that were trained to embed say how they pool, and no others do.
  const std::string pooling = MetaText(model, (info.architecture + ".pooling_type").c_str());
  info.embeds = info.encoder_only || !(pooling.empty() || pooling == "0");

  if (llama_vocab_type(llama_model_get_vocab(model)) == LLAMA_VOCAB_TYPE_NONE) {
    return Fail(Code::kInvalid,
                "the model file {} has no tokenizer, so no text can be given to it; convert it again with "
                "its tokenizer or take another file",
                options.path.string());
  }
  return std::shared_ptr<const Weights>(std::move(weights));
}

}  // namespace yk::llama
