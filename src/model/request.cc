// SPDX-License-Identifier: Apache-2.0
#include "model/request.h"

namespace yk::model {

std::string_view FinishName(Finish finish) {
  switch (finish) {
    case Finish::kStop: return "stop";
    case Finish::kLength: return "length";
    case Finish::kContentFilter: return "content_filter";
    case Finish::kOther: return "other";
  }
  return "other";
}

Finish FinishFromName(std::string_view name) {
  if (name == "stop") return Finish::kStop;
  if (name == "length") return Finish::kLength;
  if (name == "content_filter") return Finish::kContentFilter;
  return Finish::kOther;
}

std::string_view FailureClassName(FailureClass c) {
  switch (c) {
    case FailureClass::kTransport: return "transport";
    case FailureClass::kCapacity: return "capacity";
    case FailureClass::kQuota: return "quota";
    case FailureClass::kRequest: return "request";
    case FailureClass::kTruncation: return "truncation";
    case FailureClass::kInvalid: return "invalid";
    case FailureClass::kRefusal: return "refusal";
  }
  return "transport";
}

}  // namespace yk::model
