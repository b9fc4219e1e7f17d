// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "hub/download.h"
#include "hub/model_ref.h"

namespace yk::hub {

/// A server of models and how to speak to it.
struct HubEndpoint {
  std::string base;            ///< "https://huggingface.co"
  std::string token;           ///< empty: none
  std::string mirror_setting;  ///< what names another: "YAKAN_HF_BASE"
};

/// The address of a file: BASE/OWNER/REPO/resolve/REVISION/FILE.
std::string HuggingFaceUrl(const HubEndpoint& hub, const HuggingFaceRef& ref);

/// Asks for size, SHA-256 and commit of a file. The hub tells them in X-Linked-Size, X-Linked-Etag and X-Repo-Commit of
/// the answer that leads to the storage, or in Content-Length and ETag where it stores the file itself
/// (https://huggingface.co/docs/huggingface_hub/package_reference/file_download). Errors: those of Explain; the hub
/// cannot be reached.
Result<RemoteFile> LookUpHuggingFace(HubClient& client, const HubEndpoint& hub, const HuggingFaceRef& ref,
                                     const RetryRules& rules, const Note& note);

/// What an answer of 400 and more means and what to do: a gated or private repository, a wrong token, no such
/// repository, revision or file. `elsewhere`: the storage gave it, not the hub.
Error ExplainHuggingFace(const HubEndpoint& hub, const HuggingFaceRef& ref, const net::HttpResponse& response,
                         bool elsewhere);

}  // namespace yk::hub
