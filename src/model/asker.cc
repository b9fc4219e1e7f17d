// SPDX-License-Identifier: Apache-2.0
#include "model/asker.h"

#include "model/asker_core.h"

namespace yk::model {

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
