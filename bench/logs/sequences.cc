// SPDX-License-Identifier: Apache-2.0
// How well sessions that are not normal are told from their lines alone: HDFS blocks
// (shared/data/logs/anomaly_sequences). Learns the first half of the normal blocks, judges the second half and all
// abnormal ones. F1 is computed at the class ratio of the full data set, because the sample holds far more abnormal
// blocks than there are.
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "incidents/session_model.h"

namespace {

using yk::incidents::CountsOf;
using yk::incidents::CountVector;

constexpr double kBlocks = 575'061, kAbnormal = 16'838;  // of the full set
constexpr double kGoal = .90;

std::vector<CountVector> Read(const std::string& path) {
  std::vector<CountVector> out;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const size_t comma = line.find(',');
    if (comma == std::string::npos) continue;
    std::istringstream words(line.substr(comma + 1));
    std::vector<uint32_t> events;
    for (uint32_t event = 0; words >> event;) events.push_back(event);
    out.push_back(CountsOf(events));
  }
  return out;
}

}  // namespace

int main() {
  const char* shared = std::getenv("YAKAN_SHARED");
  const std::string folder =
      std::string(shared != nullptr ? shared : "../shared") + "/data/logs/anomaly_sequences/hdfs/";
  const auto normal = Read(folder + "hdfs_train.txt");
  const auto abnormal = Read(folder + "hdfs_test_abnormal.txt");
  if (normal.empty() || abnormal.empty()) {
    fmt::print("skipped: {} is absent; set YAKAN_SHARED\n", folder);
    return 0;
  }
  yk::incidents::SessionModel model;
  for (size_t i = 0; i < normal.size() / 2; ++i) model.Learn(normal[i]);
  double false_alarms = 0, found = 0;
  for (size_t i = normal.size() / 2; i < normal.size(); ++i) false_alarms += model.Unusual(normal[i]) ? 1 : 0;
  for (const CountVector& session : abnormal) found += model.Unusual(session) ? 1 : 0;
  const double judged = static_cast<double>(normal.size() - normal.size() / 2);
  const double recall = found / static_cast<double>(abnormal.size());
  const double rate = false_alarms / judged;
  const double precision = recall * kAbnormal / (recall * kAbnormal + rate * (kBlocks - kAbnormal));
  const double f1 = 2 * precision * recall / (precision + recall);
  fmt::print("learnt {}, judged {} normal and {} abnormal blocks: recall {:.4f}, false alarms {:.4f}, F1 {:.4f} ({})\n",
             normal.size() / 2, judged, abnormal.size(), recall, rate, f1, f1 >= kGoal ? "goal met" : "GOAL MISSED");
  return f1 >= kGoal ? 0 : 1;
}
