// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "incidents/find_signals.h"
#include "incidents/report.h"

namespace yk::incidents {
namespace {

constexpr double kClientShareMin = .1;  ///< of all lines of the time, for a client to matter
constexpr size_t kClientsMin = 8;       ///< of fewer one always sends much
constexpr double kFailedMin = 5;        ///< failed requests in the sample
constexpr double kErrorImportance = 1.6;

double ScaleOf(const logs::Template& tmpl) {
  return tmpl.sampled > 0 ? static_cast<double>(tmpl.count) / static_cast<double>(tmpl.sampled) : 1;
}

double Within(const Series& series, const Window& window) {
  return Sum(std::span(series).subspan(window.begin, window.end - window.begin));
}

/// Machines of one's own have names; clients are known by their address.
bool IsAddress(std::string_view host) {
  const bool v4 = std::count(host.begin(), host.end(), '.') == 3;
  const bool v6 = std::count(host.begin(), host.end(), ':') >= 2;
  return (v4 || v6) && std::all_of(host.begin(), host.end(), [&](char c) {
           return (c >= '0' && c <= '9') || c == '.' ||
                  (v6 && (c == ':' || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
         });
}

int StatusOf(std::string_view value) {
  int status = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), status);
  const bool whole = error == std::errc() && end == value.data() + value.size() && value.size() == 3;
  return whole && status >= 100 && status < 600 ? status : 0;
}

/// The slot right after a quoted request that holds nothing but HTTP statuses; -1: there is none.
int StatusSlot(const logs::Template& tmpl) {
  size_t at = tmpl.text.find("<*>");
  for (size_t i = 0; i < tmpl.slots.size() && at != std::string::npos; ++i, at = tmpl.text.find("<*>", at + 3)) {
    if (at < 2 || tmpl.text.compare(at - 2, 2, "\" ") != 0) continue;
    const auto& top = tmpl.slots[i].top;
    const bool all = std::all_of(top.begin(), top.end(), [](const auto& value) { return StatusOf(value.value) != 0; });
    if (!top.empty() && all) return static_cast<int>(i);
  }
  return -1;
}

void Add(const LogView& log, Signal signal, const Window& window, std::vector<Signal>* signals) {
  signal.begin = window.begin;
  signal.end = window.end;
  log.SetTimes(&signal, false);
  signals->push_back(std::move(signal));
}

struct Client {
  Series lines;
  uint32_t template_id = 0;  ///< of most of its lines
  double most = 0;
};

void FindClients(const LogView& log, std::vector<Signal>* signals) {
  std::map<std::string, Client> clients;
  for (uint32_t id = 0; id < log.size(); ++id) {
    const double scale = ScaleOf(log.at(id));
    for (const logs::TextValue& host : log.at(id).hosts) {
      if (!IsAddress(host.value)) continue;
      Client& client = clients.try_emplace(host.value, Client{Series(log.bins(), 0), id, 0}).first->second;
      const Series lines = log.Coarse(host.series);
      for (size_t i = 0; i < lines.size(); ++i) client.lines[i] += lines[i] * scale;
      const double count = static_cast<double>(host.count) * scale;
      if (count <= client.most) continue;
      client.most = count;
      client.template_id = id;
    }
  }
  if (clients.size() < kClientsMin) return;
  const Series all = Dense(log.log().bins, log.bins(), std::max(1u, log.log().grid.fine_per_coarse));
  for (const auto& [name, client] : clients) {
    const Passing rise = PassingRise(client.lines, log.traffic(), log.clock());
    const double lines = Within(all, rise.window);
    if (!rise.sure || rise.window.count < kClientShareMin * lines) continue;
    const double others = Sum(all) - lines;
    Signal signal;
    signal.kind = SignalKind::kDominant;
    signal.template_id = client.template_id;
    signal.entity = name;
    signal.lines = static_cast<uint64_t>(rise.window.count);
    signal.expected = rise.window.expected;
    signal.observed = rise.window.count;
    signal.score = Strength(rise.llr) * std::max(.5, .9 * log.view(client.template_id).importance);
    signal.text = fmt::format("{} sends {:.0f} % of the lines, at other times {:.2g} %", name,
                              std::min(100.0, 100 * rise.window.count / std::max(1.0, lines)),
                              100 * (Sum(client.lines) - rise.window.count) / std::max(1.0, others));
    Add(log, std::move(signal), rise.window, signals);
  }
}

void FindFailedRequests(const LogView& log, uint32_t id, std::vector<Signal>* signals) {
  const logs::Template& tmpl = log.at(id);
  const int slot = StatusSlot(tmpl);
  if (slot < 0) return;
  Series failed(log.bins(), 0);
  for (const logs::TextValue& value : tmpl.slots[static_cast<size_t>(slot)].top) {
    if (StatusOf(value.value) < 500) continue;
    const Series lines = log.Coarse(value.series);
    for (size_t i = 0; i < lines.size(); ++i) failed[i] += lines[i];
  }
  const Passing rise = PassingRise(failed, log.traffic(), log.clock());
  if (!rise.sure || rise.window.count < kFailedMin) return;
  std::string status;
  double most = 0;
  for (const logs::TextValue& value : tmpl.slots[static_cast<size_t>(slot)].top) {
    if (StatusOf(value.value) < 500) continue;
    const double lines = Within(log.Coarse(value.series), rise.window);
    if (lines <= most) continue;
    most = lines;
    status = value.value;
  }
  Signal signal;
  signal.kind = SignalKind::kBurst;
  signal.template_id = id;
  signal.slot = slot;
  signal.entity = status;
  signal.lines = static_cast<uint64_t>(rise.window.count * ScaleOf(tmpl));
  signal.expected = rise.window.expected * ScaleOf(tmpl);
  signal.observed = static_cast<double>(signal.lines);
  signal.score = Strength(rise.llr) * std::max(kErrorImportance, log.view(id).importance);
  signal.text =
      fmt::format("about {} requests failed, most with status {}, {}", Grouped(signal.lines), status,
                  signal.expected < 1 ? std::string("and nearly none at other times")
                                      : Times(signal.observed, signal.expected) + " as many as at other times");
  Add(log, std::move(signal), rise.window, signals);
}

}  // namespace

void FindRequestSignals(const LogView& log, std::vector<Signal>* signals) {
  if (log.bins() < 4) return;
  FindClients(log, signals);
  for (uint32_t id = 0; id < log.size(); ++id) FindFailedRequests(log, id, signals);
}

}  // namespace yk::incidents
