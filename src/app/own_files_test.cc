// SPDX-License-Identifier: Apache-2.0
#include "app/own_files.h"

#include <gtest/gtest.h>

#include "store/memory_store.h"
#include "testing/fake_clock.h"
#include "testing/temp_dir.h"

namespace yk::app {
namespace {

TEST(CheckOutputFiles, HeedsAStopWhileItLooksForInputsThatAnOutputWouldOverwrite) {
  testing::TempDir dir;
  dir.Write("in/a.txt", "a");
  dir.Write("out.jsonl", "of an earlier run");
  testing::FakeClock clock{true};
  store::MemoryStore store(clock);
  pipeline::JobSpec spec;
  spec.base_dir = dir.path();
  spec.input = {{"files", "in/**"}};
  spec.outputs = {Json{{"jsonl", "out.jsonl"}}};
  std::stop_source stop;
  EXPECT_TRUE(CheckOutputFiles(spec, {}, store, stop.get_token()));
  stop.request_stop();
  const auto checked = CheckOutputFiles(spec, {}, store, stop.get_token());
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, Code::kCancelled);
}

}  // namespace
}  // namespace yk::app
