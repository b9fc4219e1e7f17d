// SPDX-License-Identifier: Apache-2.0
// For tests: what every AnswerStore promises. See store_conformance.h.
#pragma once

#include "base/hash.h"
#include "store/job_rules.h"
#include "store/store_conformance.h"

namespace yk::store {

class AnswerStoreConformance : public StoreConformance {
 protected:
  static AnswerKey Key(const std::string& request, const std::string& ask) { return {Sha256(request), Sha256(ask)}; }
  StoredAnswer Answer(const AnswerKey& key, const std::string& body, const std::string& finish = "stop") {
    return {.key = key,
            .body = body,
            .finish = finish,
            .tokens_in = 10,
            .tokens_out = 3,
            .tokens_cached = 2,
            .price = 0.25,
            .created_at = clock_.WallNow(),
            .doubts = "1-2:0.5"};
  }
  void Put(const StoredAnswer& answer) {
    const auto put = answers().Put({&answer, 1});
    EXPECT_TRUE(put) << put.error().ToString();
  }
  std::optional<StoredAnswer> Get(const AnswerKey& key) { return answers().Get({&key, 1}).value().front(); }
};

TEST_P(AnswerStoreConformance, AnAnswerComesBackWhole) {
  const StoredAnswer answer = Answer(Key("r", "a"), "{\"x\": 1}");
  Put(answer);
  const auto found = Get(answer.key);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->key.k_req, answer.key.k_req);
  EXPECT_EQ(found->key.k_ask, answer.key.k_ask);
  EXPECT_EQ(found->body, answer.body);
  EXPECT_EQ(found->finish, "stop");
  EXPECT_EQ(found->tokens_in, 10);
  EXPECT_EQ(found->tokens_out, 3);
  EXPECT_EQ(found->tokens_cached, 2);
  EXPECT_EQ(found->price, 0.25);
  EXPECT_EQ(found->created_at, answer.created_at);
  EXPECT_EQ(found->doubts, "1-2:0.5");
  EXPECT_FALSE(Get(Key("other", "other")));
}

TEST_P(AnswerStoreConformance, AnAnswerToTheSameQuestionUnderAnotherSchemaIsServed) {
  Put(Answer(Key("r1", "ask"), "first"));
  Put(Answer(Key("r2", "ask"), "second"));
  EXPECT_EQ(Get(Key("r1", "ask"))->body, "first") << "the very request goes before the same question";
  const auto similar = Get(Key("r3", "ask"));
  ASSERT_TRUE(similar);
  EXPECT_EQ(similar->body, "second") << "the newest";
  EXPECT_EQ(similar->key.k_req, Sha256("r2"));
}

TEST_P(AnswerStoreConformance, OnlyAnswersThatEndedByThemselvesAreServed) {
  Put(Answer(Key("r", "ask"), "cut", "length"));
  EXPECT_FALSE(Get(Key("r", "ask")));
  Put(Answer(Key("r2", "ask"), "whole"));
  EXPECT_EQ(Get(Key("r", "ask"))->body, "whole");
}

TEST_P(AnswerStoreConformance, ALaterAnswerToTheSameRequestReplacesTheEarlier) {
  const AnswerKey key = Key("r", "ask");
  Put(Answer(key, "old"));
  Put(Answer(key, "new"));
  EXPECT_EQ(Get(key)->body, "new");
  EXPECT_EQ(answers().Stats().value().answers, 1);
  const StoredAnswer both[] = {Answer(key, "newer"), Answer(key, "newest")};
  ASSERT_TRUE(answers().Put(both));
  EXPECT_EQ(Get(key)->body, "newest");
  EXPECT_EQ(answers().Stats().value().answers, 1);
}

TEST_P(AnswerStoreConformance, ManyKeysAreAnsweredInOrder) {
  std::vector<StoredAnswer> put;
  std::vector<AnswerKey> keys;
  for (int i = 0; i < 500; ++i) {
    keys.push_back(Key("r" + std::to_string(i), "a" + std::to_string(i)));
    if (i % 3 != 0) put.push_back(Answer(keys.back(), "body " + std::to_string(i)));
  }
  ASSERT_TRUE(answers().Put(put));
  const auto found = answers().Get(keys).value();
  ASSERT_EQ(found.size(), keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    ASSERT_EQ(found[i].has_value(), i % 3 != 0) << i;
    if (found[i]) {
      EXPECT_EQ(found[i]->body, "body " + std::to_string(i));
    }
  }
}

TEST_P(AnswerStoreConformance, EvictionTakesTheLeastRecentlyUsedFirst) {
  for (int i = 0; i < 4; ++i) {
    Put(Answer(Key("r" + std::to_string(i), "a" + std::to_string(i)), std::string(1000, 'x')));
    clock_.Advance(std::chrono::hours(48));
  }
  EXPECT_TRUE(Get(Key("r0", "a0"))) << "used again, so r1 is the oldest";
  const int64_t one = AnswerBytes(Answer({}, std::string(1000, 'x')));
  EXPECT_EQ(answers().Stats().value().bytes, 4 * one);
  clock_.Advance(std::chrono::hours(48));
  EXPECT_EQ(answers().Evict(2 * one, clock_.WallNow()).value(), 2);
  EXPECT_TRUE(Get(Key("r0", "a0")));
  EXPECT_FALSE(Get(Key("r1", "a1")));
  EXPECT_FALSE(Get(Key("r2", "a2")));
  EXPECT_TRUE(Get(Key("r3", "a3")));
  EXPECT_EQ(answers().Stats().value().bytes, 2 * one);
}

TEST_P(AnswerStoreConformance, EvictionNeverTakesAnswersOfOpenJobs) {
  Put(Answer(Key("unused", "unused"), "x"));
  clock_.Advance(std::chrono::hours(100));
  const WallTime job_started = clock_.WallNow();
  Put(Answer(Key("fresh", "fresh"), "x"));
  clock_.Advance(std::chrono::hours(24 * 30));
  EXPECT_EQ(answers().Evict(0, job_started).value(), 1);
  EXPECT_TRUE(Get(Key("fresh", "fresh")));
  EXPECT_FALSE(Get(Key("unused", "unused")));
}

}  // namespace yk::store
