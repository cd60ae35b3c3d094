command-deadlines =
    List what falls due next: every obligation still running that some reading lets fall due in the time given.

    Ordered by the earliest instant over the readings under which it is running. Exit code 3 where an incident could not be
    judged: what it owes is not known.
    .within = How far to look, as PnDTnHnMnS; without it eight hours.
    .as-of = Look from this instant on; without it from the last one recorded of any contract.
    .examples =
        sla-ledger deadlines
        sla-ledger deadlines --within P1D --as-of 2024-04-26T09:00:00+03:00
        sla-ledger deadlines --within PT4H --json

deadlines-earliest = earliest due
deadlines-literal = literally due
deadlines-latest = latest due
deadlines-incident = incident
deadlines-what = what
deadlines-who = of whom
deadlines-of = { $customer }, { $level }, priority { $priority }
deadlines-nothing = Nothing falls due within { $within }.
deadlines-not-judged = { $incident } cannot be judged: the calendar of { $jurisdiction } for { $year } was not published
