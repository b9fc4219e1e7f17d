// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace yk::llama {

/// The whole of the program yakan-model: opens the model file that the first frame on standard input names, and answers
/// requests until the socket closes. Returns the exit status. With the environment variable YAKAN_MODEL_ABORT_ON=WORD a
/// row that holds WORD ends the process by abort(), as a failed assertion inside the library would: for tests.
int ServeModel(int argc, char** argv);

}  // namespace yk::llama
