#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the contracts example twice with the program named by $1, in a folder of its own, and checks what it promises:
# the first run asks the model about every contract, the second asks nothing and gives the same rows, the values agree
# with gold.csv, and every quote stands on its page. Leaves no trace. `--keep DIR` works in DIR and leaves the results.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
yakan=${1:?usage: contracts.sh PATH_TO_YAKAN [--keep DIR]}
yakan=$(cd "$(dirname "$yakan")" && pwd)/$(basename "$yakan")
if [[ ${2:-} == --keep ]]; then
  work=$3
  mkdir -p "$work"
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
precision_min=0.95
recall_min=0.80

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

cp "$root"/examples/contracts/*.{pdf,yaml,json,md,csv} "$work"/
cd "$work"
export YAKAN_STORE="sqlite:$work/yakan.db"

calls_of() {
  sed -n 's/.*model calls: \([0-9][0-9]*\).*/\1/p' "$1" | tail -n 1
}

echo '$ yakan run contract-risk.yaml'
"$yakan" run contract-risk.yaml 2>&1 | tee first.log
first=$(calls_of first.log)
[[ -n $first && $first -ge 12 ]] || fail "the first run printed 'model calls: ${first:-nothing}', at least 12 were expected"
cp out/contract-risk.jsonl first.jsonl

echo
echo '$ yakan run contract-risk.yaml        # again: every answer is in the store'
"$yakan" run contract-risk.yaml 2>&1 | tee second.log
second=$(calls_of second.log)
[[ $second == 0 ]] || fail "the second run printed 'model calls: ${second:-nothing}', 0 were expected"
cmp first.jsonl out/contract-risk.jsonl || fail "the second run wrote other rows than the first"

echo
echo '$ yakan eval --gold gold.csv --pred out/contract-risk.jsonl --key file …'
evaluate=("$yakan" eval --gold gold.csv --pred out/contract-risk.jsonl --key file
          --match agreement_date=date --match effective_date=date --match expiration_date=date
          --match governing_law=span:0.5)
"${evaluate[@]}" || fail "yakan eval ended with code $?"
"${evaluate[@]}" --json > eval.json
python3 "$root/tests/e2e/contracts_figures.py" eval.json "$precision_min" "$recall_min" ||
  fail "a field is below precision $precision_min or recall $recall_min"

echo
echo 'Every quote is looked up on its page with another program:'
python3 "$root/tests/e2e/contracts_evidence.py" out/contract-risk.jsonl . || fail "a quote does not stand on its page"
for file in out/contract-risk.xlsx out/contract-risk.csv; do
  [[ -s $file ]] || fail "$file was not written"
done
