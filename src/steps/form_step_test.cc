// SPDX-License-Identifier: Apache-2.0
#include "steps/form_step.h"

#include <gmock/gmock.h>

#include "reader/table_text.h"
#include "steps/step_factory.h"
#include "text/utf8.h"

namespace yk::steps {
namespace {

using pipeline::StepOutcome;
using reader::Cell;
using reader::CellType;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const pipeline::Places kPlaces("job.yaml");

Cell At(int row, int col, std::string text, int row_span = 1, int col_span = 1) {
  Cell cell;
  cell.row = row;
  cell.col = col;
  cell.row_span = row_span;
  cell.col_span = col_span;
  cell.text = std::move(text);
  return cell;
}

Cell NumberAt(int row, int col, std::string text, std::string value) {
  Cell cell = At(row, col, std::move(text));
  cell.type = CellType::kNumber;
  cell.value = std::move(value);
  return cell;
}

/// An application form: two people with the same labels, a table with a header above, numbers in several spellings.
std::vector<Cell> FormCellsOf(int down) {
  std::vector<Cell> cells = {
      At(0, 0, "申込書", 1, 9), At(1, 0, "申込者", 2, 2), At(1, 2, "氏　名"),       At(1, 4, "山田 太郎"),
      At(2, 2, "電話"),         At(2, 4, "03-1234"),      At(3, 0, "保証人", 2, 2), At(3, 2, "氏　名"),
      At(3, 4, "佐藤 花子"),    At(4, 2, "電話"),         At(4, 4, "－"),           At(5, 0, "明細", 1, 6),
      At(6, 0, "費　目"),       At(6, 2, "金額\n(円)"),   At(7, 0, "工事費"),       NumberAt(7, 2, "1,200", "1200"),
      At(8, 0, "値引"),         At(8, 2, "△１，０００"),  At(9, 0, "日付"),         At(9, 2, "令和6年4月1日"),
      At(10, 0, "備考"),        At(10, 2, "", 1, 3),      At(10, 5, "なし")};
  for (Cell& cell : cells) cell.row += down;
  return cells;
}

pipeline::RowTask Task(std::vector<Cell> cells) {
  auto document = std::make_shared<reader::Document>();
  reader::Table table;
  table.name = "S1";
  table.rows = table.cols = 100;
  table.cells = std::move(cells);
  const reader::TableText text = reader::TextOf(table);
  document->text = text.text;
  document->blocks.push_back({.kind = reader::BlockKind::kTable, .begin = 0, .end = text.code_points, .table = 0});
  document->tables.push_back(std::move(table));
  pipeline::RowTask task;
  task.row.file = "f.xlsx";
  task.row.page = 2;
  task.row.document = document;
  return task;
}

std::unique_ptr<pipeline::Step> Make(const std::string& fields) {
  StepContext context;
  context.places = &kPlaces;
  auto made = MakeStep({"form", Json::parse("{\"fields\":" + fields + "}"), "/steps/0/form"}, context);
  EXPECT_TRUE(made) << made.error().ToString();
  return made ? std::move(made->step) : nullptr;
}

std::string SpecProblem(const std::string& config) {
  StepContext context;
  context.places = &kPlaces;
  const auto made = MakeStep({"form", Json::parse(config), "/steps/0/form"}, context);
  return made ? "" : made.error().ToString();
}

StepOutcome Process(const std::string& fields, pipeline::RowTask& task) {
  std::optional<StepOutcome> out;
  Make(fields)->Process(task, [&](StepOutcome outcome) { out = std::move(outcome); });
  return out.value_or(StepOutcome{});
}

constexpr const char* kFields = R"({"name": {"label": "氏名", "within": "申込者"},
  "guarantor": {"label": "氏 名", "within": "保証人"},
  "guarantor_phone": {"label": "電話", "within": "保証人"},
  "cost": {"label": ["工事代", "工事費"], "type": "number"},
  "discount": {"label": "値引", "type": "number"},
  "first_amount": {"pattern": "^金額", "at": "below", "type": "number"},
  "second_amount": {"pattern": "^金額", "at": "below", "nth": 2, "type": "number"},
  "date": {"label": "日付", "type": "date"},
  "remark": "備考"})";

TEST(FormStep, ValuesAreFoundByTheirLabelsWhereverTheRowsStand) {
  for (const int down : {0, 13}) {
    auto task = Task(FormCellsOf(down));
    ASSERT_EQ(Process(kFields, task).kind, StepOutcome::Kind::kNext);
    EXPECT_EQ(DumpJson(task.values),
              R"({"name":"山田 太郎","guarantor":"佐藤 花子","guarantor_phone":null,"cost":1200,"discount":-1000,)"
              R"("first_amount":1200,"second_amount":-1000,"date":"2024-04-01","remark":"なし"})");
  }
}

TEST(FormStep, EveryValueSaysWhereItStands) {
  auto task = Task(FormCellsOf(1));
  ASSERT_EQ(Process(kFields, task).kind, StepOutcome::Kind::kNext);
  const Json& place = task.evidence["/guarantor"][0];
  EXPECT_EQ(place["file"], "f.xlsx");
  EXPECT_EQ(place["page"], 2);
  EXPECT_EQ(place["cell"], "E5");
  EXPECT_EQ(place["quote"], "佐藤 花子");
  const auto text = text::ToUtf32(task.row.document->text);
  const auto begin = place["start"].get<size_t>();
  EXPECT_EQ(text::ToUtf8(text.substr(begin, place["end"].get<size_t>() - begin)), "佐藤 花子");
}

TEST(FormStep, WrongAndAmbiguousLabelsFailTheRowWithTheReason) {
  const auto problem = [](const std::string& field) {
    auto task = Task(FormCellsOf(0));
    const auto outcome = Process("{\"x\":" + field + "}", task);
    EXPECT_EQ(outcome.status, store::RowStatus::kFailed);
    return outcome.error ? outcome.error->ToString() : "";
  };
  EXPECT_THAT(problem(R"("住所")"), HasSubstr("f.xlsx, sheet 'S1', field 'x': no cell says '住所'"));
  EXPECT_THAT(problem(R"("電話")"), HasSubstr("2 cells say '電話' (C3, C5); say which by 'within'"));
  EXPECT_THAT(problem(R"({"label":"電話","within":"会社"})"), HasSubstr("no cell says '会社', the section"));
  EXPECT_THAT(problem(R"({"label":"日付","within":"申込者"})"), HasSubstr("no cell says '日付' within '申込者'"));
  EXPECT_THAT(problem(R"({"label":"備考","nth":2})"), HasSubstr("only 1 cells right of A11 are filled"));
  EXPECT_THAT(problem(R"({"label":"備考","type":"number"})"),
              HasSubstr("the cell F11 says 'なし', which is no number"));
}

TEST(FormStep, WhatIsOptionalIsNullWithANote) {
  auto task = Task(FormCellsOf(0));
  EXPECT_EQ(Process(R"({"x":{"label":"住所","optional":true},"y":"備考"})", task).kind, StepOutcome::Kind::kNext);
  EXPECT_EQ(DumpJson(task.values), R"({"x":null,"y":"なし"})");
  EXPECT_THAT(task.notes, ElementsAre(HasSubstr("field 'x': no cell says '住所'")));
}

TEST(FormStep, TheNearestOfStackedSectionsCounts) {
  auto task = Task(
      {At(0, 0, "from", 1, 4), At(1, 0, "name"), At(1, 1, "A"), At(3, 0, "to", 1, 4), At(4, 0, "name"), At(4, 1, "B")});
  ASSERT_EQ(Process(R"({"a":{"label":"name","within":"From"},"b":{"label":"NAME","within":"to"}})", task).kind,
            StepOutcome::Kind::kNext);
  EXPECT_EQ(DumpJson(task.values), R"({"a":"A","b":"B"})");
}

TEST(FormStep, ARowThatIsNoTableFails) {
  pipeline::RowTask task;
  EXPECT_THAT(Process(R"({"x":"a"})", task).error->ToString(), HasSubstr("'as: table'"));
}

TEST(FormStep, MistakesOfTheSpecAreNamed) {
  EXPECT_THAT(SpecProblem("{}"), HasSubstr("step form needs 'fields'"));
  EXPECT_THAT(SpecProblem(R"({"fields":{"x":{"type":"number"}}})"), HasSubstr("needs a 'label' or a 'pattern'"));
  EXPECT_THAT(SpecProblem(R"({"fields":{"x":{"lable":"a"}}})"), HasSubstr("did you mean 'label'?"));
  EXPECT_THAT(SpecProblem(R"({"fields":{"x":{"pattern":"a("}}})"),
              AllOf(HasSubstr("job.yaml"), HasSubstr("missing )")));
  EXPECT_THAT(SpecProblem(R"({"fields":{"x":{"label":"a","at":"left"}}})"), HasSubstr("must be one of right, below"));
}

}  // namespace
}  // namespace yk::steps
