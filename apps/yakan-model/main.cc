// SPDX-License-Identifier: Apache-2.0
#include "llama/worker.h"

int main(int argc, char** argv) { return yk::llama::ServeModel(argc, argv); }
