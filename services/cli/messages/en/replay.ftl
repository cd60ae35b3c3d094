command-replay =
    Show what the ledger knew of one incident at an instant: its record with both clocks, and the verdict at that instant.

    Corrections stand beside what they correct. What one party said in the other's name is marked as asserted; an instant
    of recording that came with an import is marked as claimed. Exit code 3 where there is no verdict at the end.
    .incident = The number of the incident.
    .at = The instant; without it the last one recorded of any contract.
    .step = Event by event, each with the verdict after it.
    .examples =
        sla-ledger replay INC-2024-000017 --at 2024-04-27T09:00:00+03:00
        sla-ledger replay INC-2024-000017 --step
        sla-ledger replay INC-2024-000017 --step --json

replay-event = { $position }  { $what }, { $actor }
replay-asserted = asserted by the { $party } for the other party
replay-occurred = occurred { $at }
replay-recorded = recorded { $at }{ $late }
replay-claimed = recorded { $at }{ $late }, as claimed by the import of { $imported }
replay-late = , { $late } later
replay-withheld = (committed to; the value is not here)
replay-yes = yes
replay-no = no
replay-corrected = corrected at position { $position } by the { $party }, not agreed: { $field } was { $was }, is to be { $now }
replay-corrected-agreed = corrected at position { $position } by the { $party }, agreed: { $field } was { $was }, is { $now }
replay-verdict = The verdict at { $at }
replay-unknown = The incident was not recorded yet.
replay-step = → { $obligation }: { $standing }; literally { $outcome }
