// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "incidents/incident.h"
#include "incidents/log_view.h"

namespace yk::incidents {

/// Signals that belong to one incident, strongest first.
struct Cluster {
  std::vector<Signal> signals;
  double score = 0;
  bool plain = false;  ///< more lines, but nothing in them says that something failed
};

/// Puts signals together that overlap in time and share a template, a value or a service. Strongest cluster first.
std::vector<Cluster> Merge(const LogView& log, std::vector<Signal> signals);

/// The card of a cluster: all but its rank.
Incident MakeCard(const LogView& log, const Cluster& cluster);

}  // namespace yk::incidents
