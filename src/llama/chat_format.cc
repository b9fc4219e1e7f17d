// SPDX-License-Identifier: Apache-2.0
#include "llama/chat_format.h"

#include <jinja/caps.h>
#include <jinja/lexer.h>
#include <jinja/parser.h>
#include <jinja/runtime.h>
#include <json.h>
#include <llama.h>

#include <array>
#include <exception>

#include "llama/tokenizer.h"

namespace yk::llama {
namespace {

constexpr std::string_view kThinkOpen = "<think>", kThinkClose = "</think>";

std::string_view TrimEnd(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

struct ChatFormat::State {
  std::string file;  ///< for messages
  std::string source, begin, end;
  jinja::program program;
  jinja::caps caps;
};

ChatFormat::ChatFormat(std::unique_ptr<State> state) : state_(std::move(state)) {}
ChatFormat::~ChatFormat() = default;

bool ChatFormat::plain() const { return state_ == nullptr; }

Result<std::unique_ptr<ChatFormat>> ChatFormat::Open(const Weights& weights, const Tokenizer& tokenizer,
                                                     const std::string& source) {
  const char* own = llama_model_chat_template(weights.get(), nullptr);
  if (source.empty() && own == nullptr) return std::unique_ptr<ChatFormat>(new ChatFormat(nullptr));
  auto state = std::make_unique<State>();
  state->file = weights.info().path.string();
  state->begin = tokenizer.BeginText();
  state->end = tokenizer.EndText();
  try {
    jinja::lexer lexer;
    const auto lexed = lexer.tokenize(source.empty() ? std::string(own) : source);
    state->program = jinja::parse_from_tokens(lexed);
    state->source = lexed.source;
    state->caps = jinja::caps_get(state->program);
  } catch (const std::exception& error) {
    return Fail(Code::kInvalid, "the chat template of {} cannot be read: {}; give another with 'chat_template: FILE'",
                state->file, error.what());
  }
  return std::unique_ptr<ChatFormat>(new ChatFormat(std::move(state)));
}

Result<Rendered> ChatFormat::Render(const std::string& system, const std::string& user, bool thinking) const {
  if (plain()) return Rendered{system + (system.empty() ? "" : "\n") + user + "\n", ""};
  common_json messages = common_json::array();
  const auto add = [&](const char* role, const std::string& text) {
    common_json content = text;
    if (!state_->caps.supports_string_content)
      content = common_json::array({common_json{{"type", "text"}, {"text", text}}});
    messages.push_back(common_json{{"role", role}, {"content", content}});
  };
  if (!system.empty() && state_->caps.supports_system_role) add("system", system);
  add("user", system.empty() || state_->caps.supports_system_role ? user : system + "\n\n" + user);
  Rendered out;
  try {
    jinja::context context(state_->source);
    // Some templates print the date. A fixed one keeps the prefix, and with it the answers, the same tomorrow.
    context.current_time = 0;
    jinja::global_from_json(context,
                            common_json{{"messages", messages},
                                        {"bos_token", state_->begin},
                                        {"eos_token", state_->end},
                                        {"enable_thinking", thinking},
                                        {"add_generation_prompt", true}},
                            false);
    jinja::runtime runtime(context);
    out.text = jinja::runtime::gather_string_parts(runtime.execute(state_->program))->as_string().str();
  } catch (const std::exception& error) {
    return Fail(Code::kInvalid,
                "the chat template of {} fails on this prompt: {}; give another with 'chat_template: FILE'",
                state_->file, error.what());
  }
  const bool opened = TrimEnd(out.text).ends_with(kThinkOpen);
  if (thinking && (opened || state_->source.find(kThinkClose) != std::string::npos)) {
    out.thinking_end = std::string(kThinkClose) + "\n\n";
  } else if (opened) {
    // A template that always lets the model think: the thought is closed before it begins.
    out.text += "\n" + std::string(kThinkClose) + "\n\n";
  }
  return out;
}

}  // namespace yk::llama
