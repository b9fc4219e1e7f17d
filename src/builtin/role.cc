// SPDX-License-Identifier: Apache-2.0
#include "builtin/role.h"

#include <array>
#include <utility>

#include "builtin/reading.h"
#include "text/normalize.h"

namespace yk::builtin {
namespace {

using Words = std::array<std::string_view, 12>;

bool Holds(const std::string& folded, const Words& words) {
  for (const std::string_view word : words) {
    if (!word.empty() && folded.find(word) != std::string::npos) return true;
  }
  return false;
}

/// Phrases are compared without white space and hyphens, so the words below are written that way.
struct RoleName {
  Role role;
  Words words;
};

constexpr std::array<RoleName, 5> kNames = {{
    {Role::kExpirationDate,
     {"expir", "enddate", "termination_date", "terminationdate", "endofterm", "終了日", "満了", "有効期限",
      "契約期限"}},
    {Role::kEffectiveDate,
     {"effective", "commencement", "startdate", "発効", "開始日", "効力発生", "適用開始", "始期"}},
    {Role::kAgreementDate,
     {"agreementdate", "contractdate", "dateofagreement", "dateofcontract", "signingdate", "signaturedate",
      "executiondate", "締結日", "契約日", "調印日", "合意日", "契約年月日"}},
    {Role::kGoverningLaw, {"governinglaw", "applicablelaw", "choiceoflaw", "lawofcontract", "準拠法", "適用法"}},
    {Role::kParties, {"parties", "contractingpart", "counterpart", "当事者", "契約者", "甲乙", "締結者"}},
}};

constexpr std::array<RoleName, 5> kDescriptions = {{
    {Role::kExpirationDate, {"expires", "termends", "contractends", "agreementends", "満了する日", "終了する日"}},
    {Role::kEffectiveDate, {"takeseffect", "haseffect", "comesintoforce", "効力を生じる日", "効力が発生"}},
    {Role::kAgreementDate,
     {"contractwasmade", "agreementwasmade", "wassigned", "wasentered", "datedorsigned", "締結した日", "締結された日"}},
    {Role::kGoverningLaw, {"whoselawgoverns", "lawgoverns", "governedby", "準拠する法"}},
    {Role::kParties, {"concludethis", "partiestothe", "契約を締結する者", "契約の当事者"}},
}};

std::string Folded(std::string_view words) {
  std::string folded = text::FoldString(words, PhraseFolding());
  std::erase(folded, '_');
  return folded;
}

Role First(const std::array<RoleName, 5>& table, const std::string& folded) {
  for (const RoleName& entry : table) {
    if (Holds(folded, entry.words)) return entry.role;
  }
  return Role::kNone;
}

std::vector<RoleWords::Phrase> AgreementCues() {
  return {{"entered into as of", 1},
          {"entered into on", 1},
          {"entered into this", 1},
          {"entered into", .8},
          {"dated as of", 1},
          {"is dated", 1},
          {"dated", .7},
          {"made as of", 1},
          {"made and entered into", 1},
          {"made effective", .9},
          {"made on", .9},
          {"made this", 1},
          {"is made", .8},
          {"agreement made", .9},
          {"executed on", .8},
          {"executed as of", .8},
          {"executed this", .8},
          {"concluded", .7},
          {"effective as of", .6},
          {"effective date", .45},
          {"date of agreement", 1},
          {"agreement date", 1},
          {"contract date", 1},
          {"signed on", .8},
          {"on their behalf this", .8},
          {"hereunto set", .4},
          {"in witness whereof", .6},
          {"as of the date", .2},
          {"has signed", .6},
          {"have signed", .5},
          {"締結日", 1},
          {"契約日", .9},
          {"契約年月日", 1},
          {"契約締結の証", 1},
          {"を証するため", 1},
          {"締結の証として", 1},
          {"記名押印", .8},
          {"署名捺印", .8},
          {"合意しました", .8},
          {"合意した", .6},
          {"契約を締結", .7},
          {"を締結した", .7}};
}

std::vector<RoleWords::Phrase> AgreementAgainst() {
  return {{"agreement dated", .6},
          {"contract dated", .8},
          {"lease dated", .8},
          {"license dated", .8},
          {"amendment dated", 1},
          {"as amended", .5},
          {"letter dated", 1},
          {"letter of", .8},
          {"notice dated", 1},
          {"born", 1},
          {"date of birth", 1},
          {"filed", .8},
          {"meeting of", .8},
          {"source", .9},
          {"8-K", .8},
          {"10-Q", .8},
          {"10-K", .8},
          {"S-1", .6},
          {"on or before", .6},
          {"no later than", .6},
          {"until", .6},
          {"expire", .6},
          {"through", .5},
          {"付け", .8},
          {"whereas", .5},
          {"that certain", .6},
          {"pursuant to", .4},
          {"付の", .8},
          {"生年月日", 1},
          {"まで", .6},
          {"変更契約", .8},
          {"覚書", .5},
          {"旧契約", .8},
          {"通知", .5},
          {"登録", .6}};
}

RoleWords AgreementDate() { return {AgreementCues(), AgreementAgainst()}; }

RoleWords EffectiveDate() {
  return {{{"effective date", 1},
           {"effective as of", 1},
           {"takes effect on", 1},
           {"take effect on", 1},
           {"takes effect", .9},
           {"becomes effective", 1},
           {"become effective", .9},
           {"commencement date", 1},
           {"commence on", .9},
           {"commences on", .9},
           {"commencing on", .7},
           {"start date", 1},
           {"starts on", .8},
           {"begins on", .9},
           {"begin on", .9},
           {"enters into force", 1},
           {"comes into force", 1},
           {"made and effective", .7},
           {"発効日", 1},
           {"発効し", 1},
           {"から効力を生じ", 1},
           {"から適用", 1},
           {"より効力を", 1},
           {"有効期間", .7},
           {"契約期間", .7},
           {"から", .5},
           {"開始日", 1}},
          {{"until", .5},
           {"through", .5},
           {"expires", .6},
           {"expire", .6},
           {"ends on", .7},
           {"end on", .6},
           {"まで", .6},
           {"満了", .6},
           {"終了", .5},
           {"date of birth", 1},
           {"born", 1},
           {"生年月日", 1},
           {"付け", .6},
           {"amendment", .5},
           {"prior", .4},
           {"旧契約", .8}}};
}

RoleWords ExpirationDate() {
  return {{{"expires on", 1},
           {"expire on", 1},
           {"shall expire", .9},
           {"expiration date", 1},
           {"continues through", 1},
           {"continue through", 1},
           {"continue until", .9},
           {"continues until", .9},
           {"in effect until", 1},
           {"ends on", .9},
           {"end on", .9},
           {"terminate on", .8},
           {"terminates on", .8},
           {"through", .4},
           {"until", .4},
           {"initial term", .6},
           {"term of this agreement", .7},
           {"end of the term", .5},
           {"end date", .8},
           {"ends at", .7},
           {"ends", .4},
           {"満了日", 1},
           {"満了する", 1},
           {"満了", .7},
           {"終了します", .8},
           {"終了する", .7},
           {"有効期間", .7},
           {"契約期間", .7},
           {"有効期限", 1},
           {"まで", .6}},
          {{"effective date", .5},
           {"commences", .5},
           {"begins", .5},
           {"takes effect", .6},
           {"from", .2},
           {"effective on", .6},
           {"dated", .6},
           {"date of birth", 1},
           {"born", 1},
           {"passport", .8},
           {"prior", .5},
           {"fiscal year", .5},
           {"report", .5},
           {"invoice", .4},
           {"から", .5},
           {"旧契約", 1},
           {"付け", .6},
           {"引継ぎ", .5},
           {"生年月日", 1}}};
}

RoleWords Parties() {
  return {{{"by and between", 1},
           {"by and among", 1},
           {"between", .7},
           {"among", .5},
           {"以下「甲」", 1},
           {"以下「乙」", 1}},
          {}};
}

RoleWords GoverningLaw() {
  return {{{"governed by", 1},
           {"governing law", .8},
           {"construed in accordance with", .9},
           {"construed and enforced in accordance with", .9},
           {"interpreted in accordance with", .9},
           {"construed under", .7},
           {"construed according to", .8},
           {"interpreted under", .7},
           {"controlled by the laws", 1},
           {"shall govern", .7},
           {"laws of the state", .7},
           {"laws of", .5},
           {"law of", .4},
           {"law applies", .7},
           {"subject to the laws", .5},
           {"conflict of law", .5},
           {"conflicts of law", .5},
           {"choice of law", .3},
           {"準拠法", 1},
           {"に準拠", 1},
           {"を準拠", 1},
           {"を適用", .5},
           {"が適用", .5}},
          {{"organized under", .9},
           {"organised under", .9},
           {"existing under", .9},
           {"incorporated under", .9},
           {"corporation", .3},
           {"comply with", .5},
           {"compliance with", .5},
           {"applicable laws", .4},
           {"in violation", .4},
           {"permitted by", .4},
           {"設立", .5}}};
}

}  // namespace

Role RoleFromWords(std::string_view name, std::string_view description) {
  const Role by_name = First(kNames, Folded(name));
  return by_name != Role::kNone ? by_name : First(kDescriptions, Folded(description));
}

const RoleWords& WordsOf(Role role) {
  static const RoleWords none;
  static const RoleWords agreement = AgreementDate();
  static const RoleWords effective = EffectiveDate();
  static const RoleWords expiration = ExpirationDate();
  static const RoleWords parties = Parties();
  static const RoleWords law = GoverningLaw();
  switch (role) {
    case Role::kAgreementDate: return agreement;
    case Role::kEffectiveDate: return effective;
    case Role::kExpirationDate: return expiration;
    case Role::kParties: return parties;
    case Role::kGoverningLaw: return law;
    case Role::kNone: break;
  }
  return none;
}

}  // namespace yk::builtin
