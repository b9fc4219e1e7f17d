// SPDX-License-Identifier: Apache-2.0
#include "app/document_json.h"

#include "reader/reason.h"

namespace yk::app {
namespace {

using reader::Box;

constexpr int64_t kGridPlacesMax = 1'000'000;  ///< larger grids are mostly empty

Json BoxJson(const std::optional<Box>& box) {
  return box ? Json::array({box->left, box->top, box->right, box->bottom}) : Json();
}

Json CellJson(const reader::Cell& cell, int page) {
  Json out = {{"cell", reader::CellName(cell.row, cell.col)},
              {"row", cell.row},
              {"col", cell.col},
              {"rowspan", cell.row_span},
              {"colspan", cell.col_span},
              {"text", cell.text}};
  if (cell.type != reader::CellType::kText) out["type"] = std::string(reader::CellTypeName(cell.type));
  if (!cell.value.empty()) out["value"] = cell.value;
  if (!cell.formula.empty()) out["formula"] = cell.formula;
  if (cell.box) {
    out["page"] = page;
    out["bbox"] = BoxJson(cell.box);
  }
  return out;
}

Json PageJson(const reader::Document& document, const reader::Page& page) {
  Json out = {{"number", page.number}, {"begin", page.begin}, {"end", page.end}};
  if (page.width > 0) {
    out["width"] = page.width;
    out["height"] = page.height;
  }
  if (page.part > 0) out["part"] = document.parts[static_cast<size_t>(page.part)].name;
  return out;
}

Json BlockJson(const reader::Block& block) {
  Json out = {{"kind", std::string(reader::BlockKindName(block.kind))}, {"begin", block.begin}, {"end", block.end}};
  if (block.level > 0) out["level"] = block.level;
  if (block.table >= 0) out["table"] = block.table;
  return out;
}

Json AttachmentJson(const reader::Attachment& attachment) {
  Json out = {{"filename", attachment.name},
              {"content_type", attachment.mime},
              {"size", attachment.size},
              {"sha256", attachment.sha256}};
  if (!attachment.problem.empty()) out["problem"] = attachment.problem;
  return out;
}

Json MetadataJson(const std::vector<reader::MetadataField>& metadata) {
  Json out = Json::object();
  for (const auto& field : metadata) {
    if (field.list) {
      out[field.name] = field.values;
    } else if (!field.values.empty()) {
      out[field.name] = field.values.front();
    }
  }
  return out;
}

}  // namespace

Json TableJson(const reader::Table& table) {
  Json out = {{"name", table.name},    {"page", table.page},   {"bbox", BoxJson(table.box)},
              {"n_rows", table.rows},  {"n_cols", table.cols}, {"header_rows", table.header_rows},
              {"hidden", table.hidden}};
  if (int64_t{table.rows} * table.cols <= kGridPlacesMax) out["rows"] = reader::Grid(table);
  Json& cells = out["cells"] = Json::array();
  for (const auto& cell : table.cells) cells.push_back(CellJson(cell, table.page));
  return out;
}

Json DocumentJson(const reader::Document& document) {
  Json pages = Json::array();
  for (const auto& page : document.pages) pages.push_back(PageJson(document, page));
  Json out = {{"file", document.file},
              {"mime", document.mime},
              {"title", document.title},
              {"notes", document.notes},
              {"metadata", MetadataJson(document.metadata)},
              {"pages", std::move(pages)}};
  Json& attachments = out["attachments"] = Json::array();
  for (const auto& attachment : document.attachments) attachments.push_back(AttachmentJson(attachment));
  Json& blocks = out["blocks"] = Json::array();
  for (const auto& block : document.blocks) blocks.push_back(BlockJson(block));
  Json& tables = out["tables"] = Json::array();
  for (const auto& table : document.tables) tables.push_back(TableJson(table));
  if (!document.spans.empty()) {
    Json& spans = out["spans"] = Json::array();
    for (const auto& span : document.spans) spans.push_back({span.begin, span.end, BoxJson(span.box)});
  }
  out["text"] = document.text;
  return out;
}

Json ReadErrorJson(const std::string& file, const Error& error) {
  const auto reason = reader::ReasonOf(error);
  return {
      {"file", file},
      {"error",
       {{"reason", reason ? Json(std::string(reader::ReasonName(*reason))) : Json()}, {"message", error.ToString()}}}};
}

}  // namespace yk::app
