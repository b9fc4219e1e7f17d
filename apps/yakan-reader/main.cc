// SPDX-License-Identifier: Apache-2.0
#include "formats/service.h"

int main(int argc, char** argv) { return yk::formats::ServeReader(argc, argv); }
