// SPDX-License-Identifier: Apache-2.0
#include "model/asker.h"

#include "model/asker_core.h"

namespace yk::model {

AskerStats& AskerStats::operator+=(const AskerStats& other) {
  // Bound by name, so that a counter added to the struct does not compile until it is added up here.
  const auto& [asks_, answered_, failed_, parked_, calls_, stored_, stored_other_schema_, shared_, retries_, failures_,
               usage_, open_, in_flight_, answers_per_second_, tokens_out_per_second_, health_] = other;
  static_cast<void>(health_);
  asks += asks_;
  answered += answered_;
  failed += failed_;
  parked += parked_;
  calls += calls_;
  stored += stored_;
  stored_other_schema += stored_other_schema_;
  shared += shared_;
  retries += retries_;
  for (size_t i = 0; i < failures.size(); ++i) failures[i] += failures_[i];
  usage += usage_;
  open += open_;
  in_flight += in_flight_;
  answers_per_second += answers_per_second_;
  tokens_out_per_second += tokens_out_per_second_;
  return *this;
}

Asker::Asker(Router& router, store::AnswerStore& answers, const Clock& clock, AskerOptions options)
    : core_(std::make_unique<Core>(router, answers, clock, options)) {}
Asker::~Asker() { Stop(); }

void Asker::Ask(Question question, AskDone done) { core_->Ask(std::move(question), std::move(done)); }
bool Asker::WaitForRoom(std::stop_token stop) { return core_->WaitForRoom(stop); }
int Asker::window() const { return core_->window(); }
AskerStats Asker::stats() const { return core_->stats(); }
void Asker::Stop(Duration grace) { core_->Stop(grace); }
void Asker::Resume() { core_->Resume(); }

}  // namespace yk::model
