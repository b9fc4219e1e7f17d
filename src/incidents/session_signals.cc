// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "incidents/find_signals.h"
#include "incidents/session_model.h"

namespace yk::incidents {
namespace {

using Event = logs::IdEvent;
using Session = std::span<const Event>;

/// Ids with more lines than this are no sessions but users or hosts.
constexpr size_t kEventsMax = 64;
constexpr double kFollows = .8;       ///< share of the A that a B must follow for the missing ones to mean anything
constexpr double kOftenerMax = 1.25;  ///< at most so many B for each A: they are steps of one thing
constexpr double kPairsMin = 100;     ///< occurrences of A
constexpr uint64_t kSessionsMin = 200;
constexpr size_t kShownMax = 3;  ///< lines of ids that are unlike the others

/// What is known about "after A comes B" for one pair.
struct Succession {
  double followed = 0;
  std::vector<std::pair<logs::Micros, logs::Micros>> seen;  ///< times of A and of B
  std::vector<const Event*> missing;                        ///< the A without a B
};

logs::LinePlace PlaceOf(const Event& event) { return {event.line, event.input, event.offset, event.time}; }

std::vector<Session> Sessions(const std::vector<Event>& events) {
  std::vector<Session> out;
  for (size_t i = 0; i < events.size();) {
    size_t end = i;
    while (end < events.size() && events[end].id == events[i].id) ++end;
    if (end - i >= 1 && end - i <= kEventsMax) out.emplace_back(&events[i], end - i);
    i = end;
  }
  return out;
}

class Successors {
 public:
  Successors(const LogView& log, const std::vector<Session>& sessions) : log_(log), sessions_(sessions) {}

  void Find(std::vector<Signal>* signals) {
    Count();
    for (const auto& [pair, followed] : follows_) {
      const double all = occurs_[pair.first];
      if (all < kPairsMin || followed < kFollows * all) continue;
      // Where B is far more frequent than A, one of them comes after any A by chance.
      const double others = occurs_[pair.second];
      if (others > kOftenerMax * all || followed < kFollows * others) continue;
      Judge(pair.first, pair.second, signals);
    }
  }

 private:
  /// Whether `b` comes after position `at` before the template at `at` comes again.
  static const Event* Next(Session session, size_t at, uint32_t b) {
    for (size_t i = at + 1; i < session.size(); ++i) {
      if (session[i].template_id == b) return &session[i];
      if (session[i].template_id == session[at].template_id) return nullptr;
    }
    return nullptr;
  }

  void Count() {
    for (const Session session : sessions_) {
      for (size_t i = 0; i < session.size(); ++i) {
        const uint32_t a = session[i].template_id;
        ++occurs_[a];
        std::vector<uint32_t> met;
        for (size_t k = i + 1; k < session.size() && session[k].template_id != a; ++k) {
          const uint32_t b = session[k].template_id;
          if (std::find(met.begin(), met.end(), b) != met.end()) continue;
          met.push_back(b);
          ++follows_[{a, b}];
        }
      }
    }
  }

  Succession Collect(uint32_t a, uint32_t b) const {
    Succession out;
    for (const Session session : sessions_) {
      for (size_t i = 0; i < session.size(); ++i) {
        if (session[i].template_id != a || session[i].time == logs::kNoTime) continue;
        const Event* next = Next(session, i, b);
        if (next == nullptr) {
          out.missing.push_back(&session[i]);
        } else {
          out.seen.emplace_back(session[i].time, next->time);
        }
      }
    }
    return out;
  }

  /// How long B usually took, by the coarse bin of A.
  std::vector<double> Delays(const Succession& succession) const {
    const logs::TimeGrid& grid = log_.log().grid;
    std::vector<std::vector<double>> waits(log_.bins());
    std::vector<double> all;
    for (const auto& [a, b] : succession.seen) {
      const double wait = static_cast<double>(std::max<logs::Micros>(0, b - a));
      waits[grid.CoarseOf(grid.BinOf(a))].push_back(wait);
      all.push_back(wait);
    }
    const double usual = Median(std::move(all));
    std::vector<double> out;
    for (auto& wait : waits) out.push_back(wait.size() < 5 ? usual : Median(std::move(wait)));
    return out;
  }

  void Judge(uint32_t a, uint32_t b, std::vector<Signal>* signals) const {
    Succession succession = Collect(a, b);
    if (succession.missing.size() < 5) return;
    const std::vector<double> delays = Delays(succession);
    const logs::TimeGrid& grid = log_.log().grid;
    Series missing(log_.bins(), 0), due(log_.bins(), 0);
    std::vector<std::pair<uint32_t, const Event*>> lines;
    const auto due_bin = [&](logs::Micros time) -> int64_t {
      const logs::Micros at = time + static_cast<logs::Micros>(delays[grid.CoarseOf(grid.BinOf(time))]);
      return at > log_.log().last_time ? -1 : static_cast<int64_t>(grid.CoarseOf(grid.BinOf(at)));
    };
    for (const Event* event : succession.missing) {
      const int64_t bin = due_bin(event->time);
      if (bin < 0) continue;
      ++missing[static_cast<size_t>(bin)];
      ++due[static_cast<size_t>(bin)];
      lines.emplace_back(static_cast<uint32_t>(bin), event);
    }
    for (const auto& [time, next] : succession.seen) {
      if (const int64_t bin = due_bin(time); bin >= 0) ++due[static_cast<size_t>(bin)];
    }
    const Window window = HighestWindow(missing, due, .5);
    const double llr = window.llr / Dispersion(missing, due) - kWindowsTried;
    if (llr <= 4 || window.count < 2 * window.expected || window.end >= log_.bins()) return;
    Signal signal;
    signal.kind = SignalKind::kSequence;
    signal.template_id = b;
    signal.others = {a};
    const double share = log_.log().id_share > 0 ? log_.log().id_share : 1;
    signal.lines = static_cast<uint64_t>((window.count - window.expected) / share);
    signal.expected = window.expected / share;
    signal.observed = window.count / share;
    signal.score = std::log1p(llr) * 1.3;
    double all = 0;
    for (uint32_t i = window.begin; i < window.end; ++i) all += due[i];
    signal.text = fmt::format("after \"{}\" it is missing in {:.0f} % of the cases, otherwise in {:.1f} %",
                              log_.at(a).text, 100 * window.count / std::max(1.0, all),
                              100 * Outside(missing, window) / std::max(1.0, Outside(due, window)));
    for (const auto& [bin, event] : lines) {
      if (bin >= window.begin && bin < window.end && signal.at.size() < kShownMax) signal.at.push_back(PlaceOf(*event));
    }
    signal.begin = window.begin;
    signal.end = window.end;
    log_.SetTimes(&signal, false);
    signals->push_back(std::move(signal));
  }

  static double Outside(const Series& series, const Window& window) {
    return Sum(series) - Sum(std::span(series).subspan(window.begin, window.end - window.begin));
  }

  const LogView& log_;
  const std::vector<Session>& sessions_;
  std::map<uint32_t, double> occurs_;
  std::map<std::pair<uint32_t, uint32_t>, double> follows_;
};

/// Which templates, without how often.
CountVector KindsOf(CountVector counts) {
  for (auto& [event, count] : counts) count = 1;
  return counts;
}

/// Whether most sessions are like many others: steps of one thing are, what a user does on a day is not.
bool Procedure(const SessionModel& model) {
  uint64_t like_many = 0;
  for (const auto& [vector, count] : model.known()) {
    if (count * 100 >= model.sessions()) like_many += count;
  }
  return like_many * 5 >= model.sessions() * 4;
}

/// Sessions of one kind (that begin in the same slot of the same template) whose lines come in combinations that hardly
/// any other has. An order and the user who sends it stand in the same line, but what follows is not to be compared.
void FindRareSessions(const LogView& log, const std::vector<Session>& sessions, std::vector<Signal>* signals) {
  std::map<std::pair<uint32_t, int32_t>, std::vector<Session>> kinds;
  for (const Session session : sessions) {
    if (session.size() >= 2) kinds[{session.front().template_id, session.front().slot}].push_back(session);
  }
  for (const auto& [place, members] : kinds) {
    const uint32_t kind = place.first;
    if (members.size() < kSessionsMin) continue;
    SessionModel model, sets;
    std::vector<CountVector> vectors;
    for (const Session session : members) {
      std::vector<uint32_t> events;
      for (const Event& event : session) events.push_back(event.template_id);
      vectors.push_back(CountsOf(events));
      model.Learn(vectors.back());
      sets.Learn(KindsOf(vectors.back()));
    }
    if (!Procedure(model)) continue;
    const uint64_t least = std::max<uint64_t>(2, members.size() / 500);
    std::map<uint32_t, double> in_rare, in_all;
    std::vector<const Session*> rare;
    for (size_t i = 0; i < vectors.size(); ++i) {
      // Only more or less of what others have, too, is how much there was to do.
      const bool unusual = model.Unusual(vectors[i], least) && sets.Seen(KindsOf(vectors[i])) * 50 < members.size();
      if (unusual) rare.push_back(&members[i]);
      for (const auto& [event, count] : vectors[i]) {
        ++in_all[event];
        if (unusual) ++in_rare[event];
      }
    }
    // Where every session is its own kind none of them is rare.
    if (rare.empty() || rare.size() * 50 > members.size()) continue;
    uint32_t telling = kind;
    double best = 0;
    for (const auto& [event, count] : in_rare) {
      const double weight =
          count / static_cast<double>(rare.size()) * (1 - in_all[event] / static_cast<double>(members.size()));
      if (weight > best) {
        best = weight;
        telling = event;
      }
    }
    Signal signal;
    signal.kind = SignalKind::kSession;
    signal.template_id = telling;
    signal.others = {kind};
    const double share = log.log().id_share > 0 ? log.log().id_share : 1;
    signal.lines = static_cast<uint64_t>(static_cast<double>(rare.size()) / share);
    signal.observed = static_cast<double>(signal.lines);
    signal.score = .7 * std::log1p(static_cast<double>(rare.size())) * std::max(.7, log.view(telling).importance);
    signal.text =
        fmt::format("{} of {} ids have lines in a combination that others do not have", rare.size(), members.size());
    logs::Micros first = logs::kNoTime, last = logs::kNoTime;
    for (const Session* session : rare) {
      if (signal.at.size() < kShownMax) signal.at.push_back(PlaceOf(session->front()));
      for (const Event& event : *session) {
        if (event.time == logs::kNoTime) continue;
        first = first == logs::kNoTime ? event.time : std::min(first, event.time);
        last = last == logs::kNoTime ? event.time : std::max(last, event.time);
      }
    }
    if (first != logs::kNoTime && log.bins() > 0) {
      const logs::TimeGrid& grid = log.log().grid;
      signal.begin = grid.CoarseOf(grid.BinOf(first));
      signal.end = grid.CoarseOf(grid.BinOf(last)) + 1;
      signal.from = first;
      signal.to = last;
    }
    signals->push_back(std::move(signal));
  }
}

}  // namespace

void FindSessionSignals(const LogView& log, std::vector<Signal>* signals) {
  const std::vector<Session> sessions = Sessions(log.log().ids);
  if (sessions.empty()) return;
  if (log.bins() >= 4) Successors(log, sessions).Find(signals);
  FindRareSessions(log, sessions, signals);
}

}  // namespace yk::incidents
