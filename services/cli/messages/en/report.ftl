command-report =
    Count how the contract was kept: by group the standings of the incidents, and what the disputed ones hang on.

    Response times are clock time from the start of the response clock to the response, read literally; pN is the time
    that N of a hundred answered incidents did not exceed. A month is that of the local date of the opening. With --against
    our standings are set beside another source's verdicts. Exit code 3 where an incident could not be judged.
    .contract = Only the incidents of this contract.
    .from = Only incidents opened on this local date or later (YYYY-MM-DD).
    .to = Only incidents opened on this local date or earlier (YYYY-MM-DD).
    .by = What makes a group: month, level, priority, contract, joined by commas.
    .format = A table, CSV for a spreadsheet (no cell is a formula), or JSON.
    .against = Another source's verdicts, as import --outcomes writes them.
    .as-of = Judge as of this instant; without it as of the last instant recorded of any contract.
    .json = The same as --format json; errors on stderr become JSON too.
    .examples =
        sla-ledger report
        sla-ledger report --contract K-7 --from 2024-01-01 --to 2024-03-31 --by month
        sla-ledger report --by level,priority --format csv > report.csv
        sla-ledger report --against outcomes.jsonl

report-month = month
report-level = level
report-priority = priority
report-contract = contract
report-incidents = incidents
report-kept = kept
report-broken = broken
report-disputed = disputed
    .heading = Disputed incidents, and what each hangs on
report-not-judged = not judged
report-total = total
report-nothing = No incident was opened in this time.
report-percentiles = p50, p90, p95: response time by the clock that so many of a hundred answered incidents did not exceed.
report-hangs-on = What the disputed incidents hang on
report-more = and { $count } more; --format json lists all
report-against = Our standings (down) beside the other source's verdicts (across)
report-theirs-kept = they: kept
report-theirs-broken = they: broken
report-theirs-absent = they: absent
report-bad-outcome = { $path }, line { $line }: not of the form {"{"}"incident": …, "made_sla": true|false{"}"}, or the incident again with the other verdict
