// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "incidents/log_view.h"
#include "incidents/signal.h"

namespace yk::incidents {

// Each adds what it finds; the order of what they add is a function of the summary.

/// Bursts, new kinds of lines, drops, silence of templates.
void FindRateSignals(const LogView& log, std::vector<Signal>* signals);

/// Numbers that shift or grow; values (addresses, hosts) that dominate or fall silent.
void FindValueSignals(const LogView& log, std::vector<Signal>* signals);

/// Of requests: the one client that sends an unusual part of them, and answers that say that the server failed.
void FindRequestSignals(const LogView& log, std::vector<Signal>* signals);

/// Missing successors and rare combinations in sessions of id-like values.
void FindSessionSignals(const LogView& log, std::vector<Signal>* signals);

/// What a normal log did not have, or had at another rate. Signals of things that the normal log did in the same way
/// are taken out.
void CompareWithBaseline(const LogView& log, const logs::LogSummary& baseline, std::vector<Signal>* signals);

/// "31 times", "2.4 times": how often `expected` goes into `observed`.
std::string Times(double observed, double expected);

}  // namespace yk::incidents
