command-evaluate =
    Judge a file of events: one verdict a line, no ledger needed.

    The whole file is checked first; a bad line is named with what is wrong and what to do, and nothing is printed.
    Verdicts come in the order the incidents were opened, as JSON. Exit code 0 when every incident could be judged,
    whatever the verdicts (see --fail-on); 3 when one could not, after all lines are printed.
    .file = The file of events, one JSON object a line, in ledger order; - reads standard input.
    .as-of = Judge as of this instant; without it as of the last recorded_at of the file.
    .incident = Judge this incident alone. May be given several times.
    .fail-on = Exit with 1 where an obligation is broken; with "disputed" also where one is disputed.
    .json = Errors on stderr become JSON; the verdicts always are.
    .examples =
        sla-ledger evaluate history.jsonl
        sla-ledger evaluate history.jsonl --calendars RU --as-of 2024-05-01T00:00:00+03:00
        sla-ledger evaluate history.jsonl --reading premium-hours=service --incident INC-2024-000017
        gzip -dc history.jsonl.gz | sla-ledger evaluate - --fail-on broken

evaluate-unjudged = { $count ->
    [one] one incident could not be judged; its line says why
   *[other] { $count } incidents could not be judged; their lines say why
  }
nothing = nothing
