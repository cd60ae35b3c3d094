command-verdict =
    Show the verdict on one incident: what all readings of the contract find.

    For each obligation its standing (kept: no reading finds a breach; broken: every one does; disputed: some do), the
    outcome under the literal reading, and the questions that it hangs on. Exit code 3 where it cannot be judged.
    .incident = The number of the incident.
    .as-of = Judge as of this instant; without it as of the last instant recorded of any contract.
    .examples =
        sla-ledger verdict INC-2024-000017
        sla-ledger verdict INC-2024-000017 --as-of 2024-05-01T00:00:00+03:00
        sla-ledger verdict INC-2024-000017 --reading working-saturdays=served
        sla-ledger verdict INC-2024-000017 --file history.jsonl --calendars RU --json

verdict-headline = { $incident }: { $standing }. { $customer }, contract { $contract }, level { $level }, policy { $policy } version { $version }.
verdict-agreed = Agreed by the parties: { $question } is { $option }.
verdict-asserted = Position { $position }, { $what }: asserted by the { $party } for the other party.
verdict-obligation = { $obligation } ({ $clause }): { $standing }
verdict-literally = Literally: { $outcome }
verdict-readings = Of { $readings } readings: { $counts }
verdict-due-between = Due between { $earliest } and { $latest }
verdict-decisive = Hangs on: { $questions }
verdict-depends = Also depends on, without changing whether there is a breach: { $questions }
verdict-duties = Duties
verdict-duties-rest = nothing called for yet: { $duties }
