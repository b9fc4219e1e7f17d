// SPDX-License-Identifier: Apache-2.0
// For tests: every suite of the store seams. A test program includes this once and instantiates each suite with a
// StoreMaker of its own, as memory_store_test.cc does.
#pragma once

#include "store/answer_store_conformance.h"
#include "store/job_control_conformance.h"
#include "store/job_loading_conformance.h"
#include "store/lease_conformance.h"
#include "store/loss_conformance.h"
#include "store/result_log_conformance.h"
#include "store/retry_conformance.h"
