// SPDX-License-Identifier: Apache-2.0
#include "llama/prompt.h"

#include <algorithm>

#include "base/json.h"
#include "model/data_fence.h"

namespace yk::llama {
namespace {

using model::Part;

constexpr size_t kShapesKept = 8;

/// A text that no prompt of ours contains, in whose place the row's text goes after the template has been applied.
std::string Placeholder(const std::vector<Part>& parts, size_t index) {
  std::string text = fmt::format("\x02row text {}\x03", index);
  const auto taken = [&] {
    return std::any_of(parts.begin(), parts.end(), [&](const Part& part) {
      return part.kind == Part::Kind::kFixed && part.text.find(text) != std::string::npos;
    });
  };
  while (taken()) text.insert(1, "x");
  return text;
}

std::string SchemaInstruction(const Json& schema) {
  return "\n\nAnswer with one JSON object that satisfies this JSON Schema, and with nothing else:\n" + DumpJson(schema);
}

void Append(std::vector<Token>& to, const std::vector<Token>& from) { to.insert(to.end(), from.begin(), from.end()); }

}  // namespace

Result<Prompt> PromptMaker::Make(const model::Request& request) {
  YK_TRY(const Shape* shape, ShapeOf(request));
  Prompt prompt{shape->head, {}, shape->thinking_end};
  size_t row = 0;
  for (const Part& part : request.parts) {
    if (part.kind != Part::Kind::kRow) continue;
    Append(prompt.tail, tokenizer_.Data(model::InsideFence(part.text)));
    Append(prompt.tail, shape->after[row++]);
  }
  if (row > 0) return prompt;
  // Without a part that differs from row to row there is nothing to share.
  prompt.tail = shape->head->tokens;
  prompt.head = std::make_shared<const Head>();
  return prompt;
}

Result<const PromptMaker::Shape*> PromptMaker::ShapeOf(const model::Request& request) {
  const auto fits = [&](const Shape& shape) {
    return shape.schema == request.schema && shape.fixed.size() == request.parts.size() &&
           std::equal(request.parts.begin(), request.parts.end(), shape.fixed.begin(),
                      [](const Part& part, const auto& fixed) {
                        return part.kind == Part::Kind::kFixed ? fixed == part.text : fixed == '\0' + part.name;
                      });
  };
  const auto found = std::find_if(shapes_.begin(), shapes_.end(), fits);
  if (found != shapes_.end()) {
    shapes_.splice(shapes_.begin(), shapes_, found);
    return &shapes_.front();
  }
  YK_TRY(Shape shape, MakeShape(request));
  shapes_.push_front(std::move(shape));
  if (shapes_.size() > kShapesKept) shapes_.pop_back();
  return &shapes_.front();
}

Result<PromptMaker::Shape> PromptMaker::MakeShape(const model::Request& request) const {
  Shape shape;
  shape.schema = request.schema;
  std::string system, user;
  std::vector<std::string> placeholders;
  for (const Part& part : request.parts) {
    if (part.kind == Part::Kind::kFixed) {
      shape.fixed.push_back(part.text);
      (placeholders.empty() ? system : user) += part.text;
      continue;
    }
    shape.fixed.push_back('\0' + part.name);
    placeholders.push_back(Placeholder(request.parts, placeholders.size()));
    user += model::FenceOpening(part.name) + placeholders.back() + std::string(model::kFenceClosing);
  }
  if (request.schema != nullptr) system += SchemaInstruction(*request.schema);
  if (user.empty()) std::swap(system, user);  // without row text there must still be a question

  YK_TRY(const Rendered rendered, format_.Render(system, user, thinking_));
  auto head = std::make_shared<Head>();
  size_t at = 0;
  for (const std::string& placeholder : placeholders) {
    const size_t found = rendered.text.find(placeholder, at);
    if (found == std::string::npos || rendered.text.find(placeholder, found + 1) != std::string::npos) {
      return Fail(Code::kInvalid,
                  "the chat template writes the question of a row {}; give another with "
                  "'chat_template: FILE'",
                  found == std::string::npos ? "nowhere" : "twice");
    }
    const auto tokens = tokenizer_.Markup(std::string_view(rendered.text).substr(at, found - at), at == 0);
    if (at == 0)
      head->tokens = tokens;
    else
      shape.after.push_back(tokens);
    at = found + placeholder.size();
  }
  const auto rest = tokenizer_.Markup(std::string_view(rendered.text).substr(at), at == 0);
  if (placeholders.empty())
    head->tokens = rest;
  else
    shape.after.push_back(rest);
  shape.head = std::move(head);
  if (!rendered.thinking_end.empty()) {
    shape.thinking_end = std::make_shared<const std::vector<Token>>(tokenizer_.Markup(rendered.thinking_end, false));
  }
  return shape;
}

}  // namespace yk::llama
