// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/range.h"

namespace yk::text {

struct Organisation {
  std::string name;  ///< as written, white space squeezed, legal form included
  std::string form;  ///< the legal form as written: "株式会社", "Inc.", "LLC"
};

/// Organisations known by their legal form, in order, not overlapping: 株式会社X, X株式会社, (株)X, 有限会社, 合同会社,
/// 一般社団法人, …; Inc., Incorporated, Corp., Corporation, LLC, L.L.C., Ltd., Limited, GmbH, AG, plc, LP, LLP, N.A.,
/// S.A., B.V., Co., Company. "ABC Holdings, Inc., a Delaware corporation" gives "ABC Holdings, Inc."; a defined term in
/// brackets
/// ("Seller") is no part of the name.
std::vector<Spot<Organisation>> FindOrganisations(std::string_view text);

}  // namespace yk::text
