// SPDX-License-Identifier: Apache-2.0
#include "model/structured.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <random>

#include "store/memory_store.h"
#include "testing/fake_clock.h"
#include "testing/scripted_model.h"

namespace yk::model {
namespace {

using testing::Answered;
using ::testing::Contains;
using testing::Failed;
using testing::FakeClock;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::PromptText;
using testing::ScriptedModel;

Json Schema() {
  return *ParseJson(R"({"type": "object", "additionalProperties": false, "required": ["risk", "amount", "date"],
    "properties": {"risk": {"enum": ["low", "high"]}, "amount": {"type": ["number", "null"]},
                   "date": {"type": ["string", "null"], "format": "date"}}})");
}

class StructuredAskerTest : public ::testing::Test {
 protected:
  void Start(ScriptedModel::Script script) {
    asker_.reset();
    auto model = std::make_unique<ScriptedModel>(clock_, std::move(script));
    model_ = model.get();
    std::vector<Router::Endpoint> endpoints;
    endpoints.push_back({"scripted", std::move(model), {}});
    router_ = std::move(*Router::Open(std::move(endpoints)));
    Restart();
  }
  void Restart() { asker_ = std::make_unique<Asker>(*router_, store_, clock_); }

  StructuredResult Get(Json schema = Schema(), RowRules rules = nullptr, StructuredPolicy policy = {}) {
    StructuredRequest request;
    request.spec = *StructuredSpec::Make(schema, policy);
    request.parts = {{Part::Kind::kFixed, "Rate the contract.", ""}, {Part::Kind::kRow, "A passage.", "text"}};
    request.rules = std::move(rules);
    std::promise<StructuredResult> promise;
    StructuredAsker(*asker_).Ask(std::move(request), [&](StructuredResult r) { promise.set_value(std::move(r)); });
    return promise.get_future().get();
  }
  /// Answers with these bodies in turn, whatever is asked; then with the last one.
  void Answer(std::vector<std::string> bodies) {
    auto turn = std::make_shared<size_t>(0);
    Start([bodies, turn](const Request&, int) { return Answered(bodies[std::min((*turn)++, bodies.size() - 1)]); });
  }

  FakeClock clock_{true};
  store::MemoryStore store_{clock_};
  ScriptedModel* model_ = nullptr;
  std::unique_ptr<Router> router_;
  std::unique_ptr<Asker> asker_;
};

TEST_F(StructuredAskerTest, AValidAnswerIsTakenAsItIs) {
  Answer({R"({"risk": "low", "amount": 5, "date": "2024-01-02"})"});
  const StructuredResult result = Get();
  EXPECT_EQ(result.status, StructuredStatus::kOk);
  EXPECT_EQ(result.value["amount"], 5);
  EXPECT_EQ(result.repairs, 0);
  EXPECT_FALSE(result.from_cache);
  EXPECT_TRUE(result.coerced.empty());
  EXPECT_TRUE(result.mended.empty());
}

TEST_F(StructuredAskerTest, FencesAndFormsAreMendedWithoutACall) {
  Answer({"Here it is:\n```json\n{\"risk\": \"LOW\", \"amount\": \"1,200\", \"date\": null}\n```"});
  const StructuredResult result = Get();
  EXPECT_EQ(result.status, StructuredStatus::kOk);
  EXPECT_EQ(result.value["risk"], "low");
  EXPECT_EQ(result.value["amount"], 1200);
  EXPECT_EQ(result.coerced.size(), 2u);
  EXPECT_FALSE(result.mended.empty());
  EXPECT_EQ(result.calls, 1);
}

TEST_F(StructuredAskerTest, TheModelsDoubtsBecomeTheConfidenceOfFieldsAndAreStoredWithTheAnswer) {
  const std::string body = R"({"risk": "low", "amount": 5, "date": null})";
  Start([&](const Request& request, int) {
    EXPECT_TRUE(request.sampling.logprobs);
    Outcome outcome = Answered(body);
    outcome.answer->doubts = Doubts{{body.find("low"), body.find("low") + 3, 0.5}};
    return outcome;
  });
  StructuredPolicy policy;
  policy.sampling.logprobs = true;
  const Json told = {{"risk", 0.5}, {"amount", 1.0}, {"date", 1.0}};
  EXPECT_EQ(Get(Schema(), nullptr, policy).confidence, told);
  const StructuredResult again = Get(Schema(), nullptr, policy);
  EXPECT_TRUE(again.from_cache);
  EXPECT_EQ(again.confidence, told);
}

TEST_F(StructuredAskerTest, ARepairedFieldHasTheConfidenceOfItsRepair) {
  auto turn = std::make_shared<int>(0);
  Start([turn](const Request&, int) {
    const std::string body = (*turn)++ == 0 ? R"({"risk": "odd", "amount": 5, "date": null})" : R"({"risk": "high"})";
    Outcome outcome = Answered(body);
    outcome.answer->doubts = Doubts{{body.find(": \"") + 3, body.find(": \"") + 6, *turn == 1 ? 0.2 : 0.8}};
    return outcome;
  });
  StructuredPolicy policy;
  policy.sampling.logprobs = true;
  const StructuredResult result = Get(Schema(), nullptr, policy);
  EXPECT_EQ(result.value["risk"], "high");
  EXPECT_EQ(result.confidence, (Json{{"risk", 0.8}, {"amount", 1.0}, {"date", 1.0}}));
}

TEST_F(StructuredAskerTest, AModelThatSaysNoProbabilitiesLeavesTheConfidenceOpen) {
  Answer({R"({"risk": "low", "amount": 5, "date": null})"});
  StructuredPolicy policy;
  policy.sampling.logprobs = true;
  EXPECT_TRUE(Get(Schema(), nullptr, policy).confidence.empty());
}

TEST_F(StructuredAskerTest, AFieldTooManyIsDroppedAndSaid) {
  Answer({R"({"risk": "low", "amount": 5, "date": null, "mood": "fine"})"});
  const StructuredResult result = Get();
  EXPECT_EQ(result.status, StructuredStatus::kOk);
  EXPECT_FALSE(result.value.contains("mood"));
  EXPECT_THAT(result.mended, Contains(HasSubstr("/mood")));
}

TEST_F(StructuredAskerTest, OnlyTheFailingFieldIsAskedAgain) {
  Answer({R"({"risk": "enormous", "amount": 5, "date": null})", R"({"risk": "high"})"});
  const StructuredResult result = Get();
  EXPECT_EQ(result.status, StructuredStatus::kOk);
  EXPECT_EQ(result.value["risk"], "high");
  EXPECT_EQ(result.value["amount"], 5);
  EXPECT_EQ(result.repairs, 1);
  EXPECT_EQ(result.calls, 2);
  const Request repair = model_->requests().at(1);
  EXPECT_EQ((*repair.schema)["properties"].size(), 1u);
  EXPECT_THAT(PromptText(repair), HasSubstr("Rate the contract."));
  EXPECT_THAT(PromptText(repair), HasSubstr("A passage."));
  EXPECT_EQ(repair.parts.back().kind, Part::Kind::kRow) << "values a model gave are data";
  EXPECT_THAT(repair.parts.back().text, HasSubstr("enormous"));
  EXPECT_THAT(repair.parts.back().text, Not(HasSubstr("amount")));
}

TEST_F(StructuredAskerTest, WhatIsSaidBesideTheFieldsOutlivesARepairOfSomeOfThem) {
  Json schema = Schema();
  schema["properties"]["_evidence"] = {{"type", {"object", "null"}}};
  schema["properties"]["tags"] = {{"type", "array"}};
  // Takes the evidence out, as steps do, demands some for every field, and drops items without.
  const RowRules rules = [](Json& value) {
    std::vector<text::SchemaViolation> violations;
    const Json evidence = value.value("_evidence", Json::object());
    value.erase("_evidence");
    for (auto& [field, one] : value.items()) {
      if (field == "tags") {
        Json kept = Json::array();
        for (size_t i = 0; i < one.size(); ++i) {
          if (evidence["tags"].at(i) == "seen") kept.push_back(one[i]);
        }
        one = kept;
      } else if (evidence.value(field, "") != "seen") {
        violations.push_back({"/" + field, field + " has no evidence", "rule"});
      }
    }
    return violations;
  };
  Answer({R"({"risk": "low", "amount": 5, "date": null, "tags": ["x", "b", "c"],
              "_evidence": {"amount": "seen", "date": "seen", "tags": ["not", "seen", "seen"]}})",
          R"({"risk": "high", "_evidence": {"risk": "seen"}})"});
  const StructuredResult result = Get(schema, rules);
  EXPECT_EQ(result.status, StructuredStatus::kOk);
  EXPECT_EQ(result.value, (Json{{"risk", "high"}, {"amount", 5}, {"date", nullptr}, {"tags", {"b", "c"}}}));
  const Request repair = model_->requests().at(1);
  EXPECT_TRUE((*repair.schema)["properties"].contains("_evidence"));
  EXPECT_FALSE((*repair.schema)["properties"].contains("amount"));
  EXPECT_THAT(PromptText(repair), HasSubstr("\"risk\", \"_evidence\""));
}

TEST_F(StructuredAskerTest, TheLastPaidAnswerIsValidatedToo) {
  Answer({"rubbish", "more rubbish", R"({"risk": "low", "amount": null, "date": null})"});
  const StructuredResult result = Get();
  EXPECT_EQ(result.status, StructuredStatus::kOk);
  EXPECT_EQ(result.repairs, 2);
}

TEST_F(StructuredAskerTest, RubbishThroughoutIsQuarantinedWithinTheBudget) {
  Answer({"rubbish"});
  const StructuredResult result = Get();
  EXPECT_EQ(result.status, StructuredStatus::kQuarantined);
  EXPECT_EQ(result.failure_class, FailureClass::kInvalid);
  EXPECT_EQ(result.calls, 3);
  EXPECT_EQ(model_->request_count(), 3u);
  EXPECT_FALSE(result.violations.empty());
  EXPECT_THAT(result.error.message, HasSubstr("3 questions"));
}

TEST_F(StructuredAskerTest, ARestartReplaysTheWholeLadderWithoutACall) {
  Answer({"rubbish", R"({"risk": "bad", "amount": 5, "date": null})", R"({"risk": "high"})"});
  const StructuredResult first = Get();
  ASSERT_EQ(first.status, StructuredStatus::kOk);
  const size_t calls = model_->request_count();
  Restart();
  const StructuredResult again = Get();
  EXPECT_EQ(again.status, StructuredStatus::kOk);
  EXPECT_EQ(again.value, first.value);
  EXPECT_TRUE(again.from_cache);
  EXPECT_EQ(model_->request_count(), calls);
}

TEST_F(StructuredAskerTest, AWiderEnumCostsNothingAndANarrowerOneOnlyWhereItBites) {
  Answer({R"({"risk": "low", "amount": 5, "date": null})", R"({"risk": "high", "amount": 5, "date": null})"});
  Get();
  Json wider = Schema();
  wider["properties"]["risk"]["enum"].push_back("unknown");
  EXPECT_TRUE(Get(wider).from_cache);
  Json narrower = Schema();
  narrower["properties"]["risk"]["enum"] = {"high"};
  const StructuredResult asked = Get(narrower);
  EXPECT_EQ(asked.value["risk"], "high");
  EXPECT_EQ(asked.calls, 1);
}

TEST_F(StructuredAskerTest, RowRulesCountLikeTheSchema) {
  Answer({R"({"risk": "high", "amount": 5, "date": null})", R"({"amount": 50})"});
  const StructuredResult result = Get(Schema(), [](Json& value) {
    std::vector<text::SchemaViolation> violations;
    if (value["risk"] == "high" && value["amount"] < 10) {
      violations.push_back({"/amount", "/amount must be at least 10 when risk is high", "rule"});
    }
    return violations;
  });
  EXPECT_EQ(result.status, StructuredStatus::kOk);
  EXPECT_EQ(result.value["amount"], 50);
  EXPECT_EQ(result.value["risk"], "high");
}

TEST_F(StructuredAskerTest, ARefusalBecomesNullByPolicyOrIsQuarantined) {
  Start([](const Request&, int) { return Answered("", Finish::kContentFilter); });
  const StructuredResult null = Get();
  EXPECT_EQ(null.status, StructuredStatus::kNullByPolicy);
  EXPECT_TRUE(null.value["amount"].is_null());
  StructuredPolicy strict;
  strict.null_on_refusal = false;
  EXPECT_EQ(Get(Schema(), nullptr, strict).status, StructuredStatus::kQuarantined);
}

TEST_F(StructuredAskerTest, FailuresAreToldApart) {
  Start([](const Request&, int) { return Failed(FailureClass::kRequest, Code::kInvalid, "too long"); });
  EXPECT_EQ(Get().status, StructuredStatus::kFailed);
  Start([](const Request&, int) { return Failed(FailureClass::kQuota, Code::kUnauthorized, "no key"); });
  EXPECT_EQ(Get().status, StructuredStatus::kParked);
  Start([](const Request&, int) { return Answered(R"({"risk": "lo)", Finish::kLength); });
  const StructuredResult cut = Get();
  EXPECT_EQ(cut.status, StructuredStatus::kQuarantined);
  EXPECT_EQ(cut.failure_class, FailureClass::kTruncation);
  EXPECT_EQ(cut.calls, 2) << "once more with twice the length, never the same again";
}

TEST_F(StructuredAskerTest, RepairsStayConstantInSizeWhateverTheAnswerWas) {
  const std::string huge(200'000, 'x');
  Answer(
      {R"({"risk": ")" + huge + R"(", "amount": 5, "date": null})", huge, R"({"risk":"low","amount":5,"date":null})"});
  EXPECT_EQ(Get().status, StructuredStatus::kOk);
  for (const Request& request : model_->requests()) EXPECT_LT(PromptText(request).size(), 10'000u);
}

TEST_F(StructuredAskerTest, AnyBytesFromAModelEndInAResult) {
  std::mt19937 random(7);
  Start([&random](const Request&, int) {
    static constexpr std::string_view kPieces[] = {
        "{",   "}",  "[",    "]",  "\"risk\"", ":",       ",",          "\"low\"",  "null",  "5",
        "\\u", "\"", "\xff", "日", "```",      "<think>", "\"amount\"", "\"date\"", "1e999", " "};
    std::string body;
    for (size_t n = random() % 40 + 1; n > 0; --n) body += kPieces[random() % std::size(kPieces)];
    return Answered(body, random() % 8 == 0 ? Finish::kLength : Finish::kStop);
  });
  for (int i = 0; i < 300; ++i) {
    StructuredRequest request;
    request.spec = *StructuredSpec::Make(Schema());
    request.parts = {{Part::Kind::kRow, std::to_string(i), "text"}};
    std::promise<StructuredResult> promise;
    StructuredAsker(*asker_).Ask(std::move(request), [&](StructuredResult r) { promise.set_value(std::move(r)); });
    const StructuredResult result = promise.get_future().get();
    EXPECT_LE(result.calls, 12);
    if (result.status == StructuredStatus::kOk) {
      EXPECT_TRUE(result.value.is_object());
    } else {
      EXPECT_EQ(result.status, StructuredStatus::kQuarantined);
    }
  }
}

}  // namespace
}  // namespace yk::model
