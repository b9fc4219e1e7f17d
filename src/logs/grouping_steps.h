// SPDX-License-Identifier: Apache-2.0
// The steps of grouping, each in its own file. All look at every form first and change them afterwards, so that their
// order within the list does not matter. They return whether anything changed.
#pragma once

#include <vector>

#include "logs/form.h"

namespace yk::logs {

/// Values of keys, quoted texts, words with a digit, names behind "user": variable when they differ between skeletons
/// that are otherwise equal.
bool MergeSoftColumns(std::vector<Form>* forms);

/// Plain words: variable when many skeletons differ in one word only.
bool VoteOnWords(std::vector<Form>* forms);

/// Lists of values: the same whatever their length; empty brackets are brackets around no value.
bool MergeLists(std::vector<Form>* forms);

/// "5 KB" and "5 MB", "12 sec" and "00:12": the unit belongs to the value where it differs.
bool MergeUnits(std::vector<Form>* forms);

/// A form that is a more general one but for a word or two in place of its slots becomes the general one.
bool AbsorbLiterals(std::vector<Form>* forms);

}  // namespace yk::logs
