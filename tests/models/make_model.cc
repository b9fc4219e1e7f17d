// SPDX-License-Identifier: Apache-2.0
// Makes a small model file of random weights for tests and benchmarks: one that answers every chat prompt with a given
// text, token by token and greedily, or one that embeds texts. Compute costs are those of a real model of the same
// shape. Only the vocabulary is real; it comes with the source of llama.cpp.
#include <CLI/CLI.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "architecture.h"
#include "vocabulary.h"

namespace yk::models {
namespace {

constexpr const char* kChatMl =
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
constexpr const char* kEndOfTurn = "<|im_end|>";
constexpr const char* kOtherwise = "<|im_start|>";

struct Options {
  Shape shape;
  std::string out, vocabulary, chat_template = kChatMl, tail = "<|im_end|>\n<|im_start|>assistant\n";
  size_t vocabulary_size = 0;
  std::vector<std::string> answers, when;
};

// The vocabulary alone in a file beside the wanted one, because llama.cpp opens a tokenizer by file name.
Result<Tokenizer> OpenTokenizer(const GgufFile& file, const std::string& out) {
  const std::string path = out + ".vocabulary";
  YK_TRY_VOID(file.Write(path));
  auto tokenizer = Tokenizer::Open(path);
  std::filesystem::remove(path);
  return tokenizer;
}

Result<int32_t> SingleToken(const Tokenizer& tokenizer, const std::string& text) {
  const auto tokens = tokenizer.Tokens(text);
  if (tokens.size() == 1) return tokens[0];
  return Fail(Code::kInvalid, "'{}' is {} tokens of this vocabulary; --when needs a word that is one", text,
              tokens.size());
}

Result<void> AddAnswers(const Options& options, const Tokenizer& tokenizer, Markers& markers, Chain& chain) {
  const auto tail = tokenizer.Tokens(options.tail);
  const auto add = [&](const std::string& text, int32_t marker) {
    return AddAnswer(tail, tokenizer.Tokens(text + kEndOfTurn), marker, kLookback, chain);
  };
  if (!options.when.empty()) {
    YK_TRY(markers.otherwise, SingleToken(tokenizer, kOtherwise));
  }
  for (const auto& rule : options.when) {
    const size_t equals = rule.find('=');
    if (equals == std::string::npos) return Fail(Code::kInvalid, "--when is WORD=TEXT, not '{}'", rule);
    YK_TRY(const int32_t marker, SingleToken(tokenizer, " " + rule.substr(0, equals)));
    markers.words.push_back(marker);
    YK_TRY_VOID(add(rule.substr(equals + 1), marker));
  }
  for (const auto& answer : options.answers) YK_TRY_VOID(add(answer, markers.otherwise));
  return {};
}

Result<void> Make(Options& options) {
  Shape& shape = options.shape;
  if (shape.embd % 32 != 0 || shape.ff % 32 != 0 || shape.embd % shape.heads != 0) {
    return Fail(Code::kInvalid, "--embd and --ff must be multiples of 32, --embd one of --heads too");
  }
  GgufFile file;
  YK_TRY(shape.vocabulary, AddVocabulary(options.vocabulary, options.vocabulary_size, file));
  if (shape.arch == "bert" || shape.arch == "granite_swa") {
    YK_TRY_VOID(shape.arch == "bert" ? AddBert(shape, file) : AddGraniteSwa(shape, file));
    return file.Write(options.out);
  }
  file.Set("tokenizer.chat_template", options.chat_template);
  Markers markers;
  Chain chain;
  {
    YK_TRY(const Tokenizer tokenizer, OpenTokenizer(file, options.out));
    YK_TRY(const int32_t end, SingleToken(tokenizer, kEndOfTurn));
    file.Set("tokenizer.ggml.eos_token_id", static_cast<uint32_t>(end));
    YK_TRY_VOID(AddAnswers(options, tokenizer, markers, chain));
  }
  if (chain.empty() && !shape.embedding) return Fail(Code::kInvalid, "an --answer is needed, or --embedding");
  if (shape.arch == "qwen2") {
    YK_TRY_VOID(AddQwen2(shape, markers, chain, file));
  } else {
    YK_TRY_VOID(AddLfm2(shape, chain, file));
  }
  return file.Write(options.out);
}

int Main(int argc, char** argv) {
  Options options;
  Shape& shape = options.shape;
  std::string template_file;
  CLI::App app("Makes a model file of random weights that writes a given text, or embeds texts.");
  app.add_option("OUT", options.out, "the file to write")->required();
  app.add_option("--vocabulary", options.vocabulary, "a model file to take the vocabulary from")->required();
  app.add_option("--vocabulary-size", options.vocabulary_size, "keep so many of its tokens (0: all)");
  app.add_option("--answer", options.answers,
                 "what the model writes; given again: what it writes where the first is not allowed");
  app.add_option("--when", options.when, "WORD=TEXT: what it writes when the prompt holds this word");
  app.add_option("--tail", options.tail, "the end of every prompt");
  app.add_option("--chat-template", template_file, "a file (default: ChatML)");
  app.add_flag("--embedding", shape.embedding, "a model for embeddings, by the last token");
  app.add_option(
         "--arch", shape.arch,
         "qwen2, lfm2 (hybrid memory, no --when), granite_swa (a sliding window, no answers) or bert (embeddings, by "
         "the mean)")
      ->check(CLI::IsMember({"qwen2", "lfm2", "granite_swa", "bert"}));
  app.add_option("--layers", shape.layers, "how many")->check(CLI::Range(1, 1000));
  app.add_option("--embd", shape.embd, "elements of an embedding")->check(CLI::Range(32, 65536));
  app.add_option("--heads", shape.heads, "attention heads")->check(CLI::Range(1, 1024));
  app.add_option("--kv-heads", shape.kv_heads, "heads of keys and values")->check(CLI::Range(1, 1024));
  app.add_option("--ff", shape.ff, "elements between the feed-forward matrices")->check(CLI::Range(32, 1 << 20));
  app.add_option("--context", shape.context, "longest text in tokens")->check(CLI::Range(16, 1 << 20));
  app.add_option("--seed", shape.seed, "of the random numbers");
  CLI11_PARSE(app, argc, argv);

  if (!template_file.empty()) {
    std::ifstream in(template_file, std::ios::binary);
    options.chat_template.assign(std::istreambuf_iterator<char>(in), {});
    if (!in) {
      std::fprintf(stderr, "make_model: %s cannot be read\n", template_file.c_str());
      return 1;
    }
  }
  // llama.cpp tells much about each file it opens; of that, only what went wrong is of interest here.
  llama_log_set(
      [](ggml_log_level level, const char* text, void*) {
        if (level == GGML_LOG_LEVEL_ERROR) std::fputs(text, stderr);
      },
      nullptr);
  const auto made = Make(options);
  if (!made) {
    std::fprintf(stderr, "make_model: %s\n", made.error().message.c_str());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace yk::models

int main(int argc, char** argv) { return yk::models::Main(argc, argv); }
