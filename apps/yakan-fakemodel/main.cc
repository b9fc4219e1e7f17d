// SPDX-License-Identifier: Apache-2.0
#include "testing/fake_model/fake_model.h"

int main(int argc, char** argv) { return yk::testing::FakeModelMain(argc, argv); }
