// SPDX-License-Identifier: Apache-2.0
#include "model/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "testing/fake_clock.h"
#include "testing/scripted_model.h"

namespace yk::model {
namespace {

using namespace std::chrono_literals;
using testing::Answered;
using testing::Failed;
using testing::FakeClock;
using ::testing::HasSubstr;
using testing::ScriptedModel;

constexpr MonoTime kStart{1h};

class RouterTest : public ::testing::Test {
 protected:
  Router::Endpoint Make(std::string name, int fixed = 10, std::string identity = "m", Result<void> probe = {}) {
    ScriptedModel::Options options;
    options.info.identity = std::move(identity);
    options.probe = std::move(probe);
    auto model = std::make_unique<ScriptedModel>(
        clock_, [](const Request&, int) { return Answered("x"); }, options);
    GovernorOptions governor;
    governor.fixed = fixed;
    return {std::move(name), std::move(model), governor};
  }
  std::unique_ptr<Router> Open(int endpoints) {
    std::vector<Router::Endpoint> list;
    for (int i = 0; i < endpoints; ++i) list.push_back(Make("e" + std::to_string(i)));
    return std::move(*Router::Open(std::move(list)));
  }
  FakeClock clock_;
};

TEST_F(RouterTest, RefusesEndpointsThatAreNotTheSameModel) {
  std::vector<Router::Endpoint> list;
  list.push_back(Make("http://a", 10, "llama"));
  list.push_back(Make("http://b", 10, "qwen"));
  const auto router = Router::Open(std::move(list));
  ASSERT_FALSE(router);
  EXPECT_THAT(router.error().message, HasSubstr("http://b"));
}

TEST_F(RouterTest, FillsAllEndpointsEvenlyAndThenWaitsForAnOutcome) {
  auto router = Open(3);
  std::map<size_t, int> load;
  for (int i = 0; i < 15; ++i) ++load[router->TryAdmit(kStart, {}).ticket->endpoint];
  for (const auto& [endpoint, count] : load) EXPECT_GE(count, 3) << endpoint;
  for (int i = 0; i < 15; ++i) ASSERT_TRUE(router->TryAdmit(kStart, {}).ticket);
  const Admission full = router->TryAdmit(kStart, {});
  EXPECT_FALSE(full.ticket);
  EXPECT_EQ(full.retry_at, MonoTime::max());
}

TEST_F(RouterTest, EqualPrefixesPreferOneServerWhileLoadsAreEqual) {
  auto router = Open(2);
  for (int i = 0; i < 20; ++i) {
    Load load;
    load.prefix_hash = 41;
    const auto ticket = *router->TryAdmit(kStart, load).ticket;
    EXPECT_EQ(ticket.endpoint, 1u);
    router->Release(kStart, ticket);
  }
}

TEST_F(RouterTest, ADeadEndpointIsLeftAloneAndFoundAgain) {
  auto router = Open(2);
  auto fail_all_of = [&](size_t endpoint, MonoTime now, bool alive) {
    for (uint64_t ask = 1; ask <= 12; ++ask) {
      Load load;
      load.ask = ask;
      const auto ticket = router->TryAdmit(now, load).ticket;
      if (!ticket) continue;
      const bool good = alive || ticket->endpoint != endpoint;
      router->OnOutcome(now, *ticket, good ? Answered("x") : Failed(FailureClass::kTransport));
    }
  };
  for (int i = 0; i < 10; ++i) fail_all_of(0, kStart, false);
  EXPECT_TRUE(router->Health(kStart).endpoints[0].open);
  EXPECT_FALSE(router->Health(kStart).down_since) << "the other one is alive";
  for (int i = 0; i < 5; ++i) {
    const auto ticket = *router->TryAdmit(kStart, {}).ticket;
    EXPECT_EQ(ticket.endpoint, 1u);
    router->OnOutcome(kStart, ticket, Answered("x"));
  }
  fail_all_of(0, kStart + 1min, true);
  EXPECT_FALSE(router->Health(kStart + 1min).endpoints[0].open);
}

TEST_F(RouterTest, ARetryGoesToAnotherEndpointFirst) {
  auto router = Open(2);
  for (int i = 0; i < 10; ++i) {
    Load load;
    load.avoid = 0;
    const auto ticket = *router->TryAdmit(kStart, load).ticket;
    EXPECT_EQ(ticket.endpoint, 1u);
    router->Release(kStart, ticket);
  }
}

TEST_F(RouterTest, AnEndpointThatIsBackButHeldBackDoesNotStarveTheOthers) {
  std::vector<Router::Endpoint> list;
  for (const char* name : {"a", "b"}) list.push_back(Make(name, 0));
  auto router = std::move(*Router::Open(std::move(list)));
  Load to_a;
  to_a.avoid = 1;
  const auto refused = *router->TryAdmit(kStart, to_a).ticket;
  const auto key_lost = *router->TryAdmit(kStart, to_a).ticket;
  ASSERT_EQ(refused.endpoint, 0u);
  ASSERT_EQ(key_lost.endpoint, 0u);
  Outcome later = Failed(FailureClass::kCapacity);
  later.failure->retry_after = std::chrono::hours(1);
  router->OnOutcome(kStart, refused, later);
  router->OnOutcome(kStart, key_lost, Failed(FailureClass::kQuota, Code::kUnauthorized, "no more"));
  ASSERT_TRUE(router->Health(kStart).endpoints[0].open);
  // Its rest is over and it may be probed, but its governor still waits for the hour.
  const auto ticket = router->TryAdmit(kStart + 10min, {}).ticket;
  ASSERT_TRUE(ticket);
  EXPECT_EQ(ticket->endpoint, 1u);
}

TEST_F(RouterTest, AnEndpointThatIsHeldBackDoesNotHideAnotherThatIsBack) {
  std::vector<Router::Endpoint> list;
  for (const char* name : {"a", "b"}) list.push_back(Make(name, 0));
  auto router = std::move(*Router::Open(std::move(list)));
  Load to_a, to_b;
  to_a.avoid = 1;
  to_b.avoid = 0;
  const auto refused = *router->TryAdmit(kStart, to_a).ticket;
  const auto key_lost = *router->TryAdmit(kStart, to_a).ticket;
  const auto other = *router->TryAdmit(kStart, to_b).ticket;
  ASSERT_EQ(other.endpoint, 1u);
  Outcome later = Failed(FailureClass::kCapacity);
  later.failure->retry_after = std::chrono::hours(1);
  router->OnOutcome(kStart, refused, later);
  for (const auto& ticket : {key_lost, other})
    router->OnOutcome(kStart, ticket, Failed(FailureClass::kQuota, Code::kUnauthorized, "no more"));
  const auto ticket = router->TryAdmit(kStart + 10min, {}).ticket;
  ASSERT_TRUE(ticket);
  EXPECT_EQ(ticket->endpoint, 1u);
  EXPECT_TRUE(ticket->probe);
}

TEST_F(RouterTest, RefusedKeysEverywhereMeanDownByQuota) {
  auto router = Open(2);
  for (int i = 0; i < 2; ++i) {
    const auto ticket = *router->TryAdmit(kStart, {}).ticket;
    router->OnOutcome(kStart, ticket, Failed(FailureClass::kQuota, Code::kUnauthorized, "bad key"));
  }
  const RouterHealth health = router->Health(kStart);
  ASSERT_TRUE(health.down_since);
  EXPECT_TRUE(health.quota);
  EXPECT_EQ(health.reason->message, "bad key");
}

TEST_F(RouterTest, ProbeSucceedsWhenOneEndpointAnswers) {
  std::vector<Router::Endpoint> list;
  list.push_back(Make("a", 10, "m", Fail(Code::kUnavailable, "a is down")));
  list.push_back(Make("b"));
  EXPECT_TRUE((*Router::Open(std::move(list)))->Probe(kStart));
  std::vector<Router::Endpoint> dead;
  dead.push_back(Make("a", 10, "m", Fail(Code::kUnavailable, "a is down")));
  EXPECT_EQ((*Router::Open(std::move(dead)))->Probe(kStart).error().message, "a is down");
}

}  // namespace
}  // namespace yk::model
