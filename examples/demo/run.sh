#!/bin/sh
# A disputed incident: a new ledger in a temporary folder, the record of the dispute imported, and what the contract
# says of it. `make demo` runs this with the program in PATH; nothing is left behind.
set -eu

here=$(dirname "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
SLA_LEDGER_DATABASE_URL="sqlite:///$folder/demo.db"
export SLA_LEDGER_DATABASE_URL

run() {
    printf '\n$ sla-ledger %s\n' "$*"
    sla-ledger "$@"
}

run init --provider "Example Support"
run import "$here/dispute.jsonl"
run verdict INC-2021-000041
run explain INC-2021-000041
run timeline INC-2021-000041
