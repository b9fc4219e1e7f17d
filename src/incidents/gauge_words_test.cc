// SPDX-License-Identifier: Apache-2.0
#include "incidents/gauge_words.h"

#include <gtest/gtest.h>

namespace yk::incidents {
namespace {

bool Gauge(const std::string& text, size_t slot = 0, const std::string& key = "") {
  logs::Template tmpl;
  tmpl.text = text;
  tmpl.slots.resize(slot + 1);
  tmpl.slots[slot].key = key;
  return IsGauge(tmpl, slot);
}

TEST(GaugeWords, AUnitOrWhatIsMeasuredMakesAGauge) {
  EXPECT_TRUE(Gauge("heap used <*> MB"));
  EXPECT_TRUE(Gauge("node <*> holds <*> bytes", 1));
  EXPECT_TRUE(Gauge("heap=<*> max=<*>", 0, "heap"));
  EXPECT_TRUE(Gauge("stats heapUsed=<*>", 0, "heapUsed"));
  EXPECT_TRUE(Gauge("open file handles: <*>"));
  EXPECT_TRUE(Gauge("disk at <*>%"));
  EXPECT_TRUE(Gauge("ヒープ使用量 <*>"));
  EXPECT_TRUE(Gauge("待ち行列に<*>件"));
  EXPECT_TRUE(Gauge("処理に <*> ミリ秒"));
}

TEST(GaugeWords, NumbersOfThingsAreNone) {
  EXPECT_FALSE(Gauge("segment <*> written"));
  EXPECT_FALSE(Gauge("heartbeat seq=<*> ok", 0, "seq"));
  EXPECT_FALSE(Gauge("session <*> opened"));
  EXPECT_FALSE(Gauge("connection <*> accepted"));
  EXPECT_FALSE(Gauge("heap of <*>, cycle <*>", 1));
  EXPECT_FALSE(Gauge("注文 <*> を受け付けました"));
  EXPECT_FALSE(Gauge("message <*> sent", 0, "message"));
}

}  // namespace
}  // namespace yk::incidents
