// SPDX-License-Identifier: Apache-2.0
#include "app/llama_settings.h"

#include "base/file.h"

namespace yk::app {
namespace {

constexpr uint64_t kTemplateBytesMax = uint64_t{1} << 20;

Result<void> ReadCount(pipeline::ObjectReader& reader, const char* key, int64_t least, int64_t most, int& value) {
  YK_TRY(const int64_t read, reader.Integer(key, value, least, most));
  value = static_cast<int>(read);
  return {};
}

}  // namespace

Result<llama::Options> ParseLlamaOptions(pipeline::ObjectReader& reader, const std::filesystem::path& dir) {
  llama::Options options;
  YK_TRY(options.context, reader.Integer("context", 0, 0, int64_t{1} << 30));
  YK_TRY_VOID(ReadCount(reader, "parallel", 0, 250, options.parallel));
  YK_TRY_VOID(ReadCount(reader, "batch", 0, 8192, options.batch));
  YK_TRY_VOID(ReadCount(reader, "threads", 0, 512, options.threads));
  YK_TRY_VOID(ReadCount(reader, "gpu_layers", -1, 10000, options.gpu_layers));
  YK_TRY_VOID(ReadCount(reader, "thinking", 0, 1000000, options.thinking_tokens));
  YK_TRY(options.device, reader.String("device", ""));
  static constexpr std::string_view kCaches[] = {"f16", "q8_0"};
  YK_TRY(const std::string cache, reader.OneOf("cache", "f16", kCaches));
  options.cache_q8 = cache == "q8_0";
  YK_TRY(const bool streams, reader.Bool("streams", false));
  if (reader.Has("streams")) options.streams = streams;
  YK_TRY(options.deterministic, reader.Bool("deterministic", false));
  YK_TRY(const std::string chat_template, reader.String("chat_template", ""));
  if (!chat_template.empty()) {
    auto source = ReadFile(dir / chat_template, kTemplateBytesMax);
    if (!source) return reader.Wrong("chat_template", fmt::format("is no file to read: {}", source.error().ToString()));
    options.chat_template = std::move(source).value();
  }
  YK_TRY(const std::string prefix_dir, reader.String("prefix_dir", ""));
  if (!prefix_dir.empty()) options.prefix_dir = dir / prefix_dir;
  return options;
}

}  // namespace yk::app
