command-explain =
    Explain the verdict on one incident: every stretch of time that was counted, and what would change the outcome.

    The count is that of the literal reading, settled questions applied. Below it each decisive question stands with its
    options side by side: two readings that differ in it alone, one in breach and one not.
    .incident = The number of the incident.
    .as-of = Judge as of this instant; without it as of the last instant recorded of any contract.
    .examples =
        sla-ledger explain INC-2024-000017
        sla-ledger explain INC-2024-000017 --reading late-entries=as-recorded
        sla-ledger --lang ru explain INC-2024-000017 --as-of 2024-05-01T00:00:00+03:00
        sla-ledger explain INC-2024-000017 --json

explain-zone = Local time is UTC{ $offset } ({ $clause }); after each = stands the same instant in UTC.
explain-literal = Counted as the contract literally says, unless the parties agreed otherwise.
explain-how = How it was counted
explain-started-opened = The clock started when the incident came in: { $at }
explain-started-confirmed = The clock started when the incident was confirmed: { $at }
explain-started-reopened = The clock started when the customer came back: { $at }
explain-no-clock = No response clock of its own runs after the customer came back.
explain-not-started = The clock has not started: the incident was never confirmed.
explain-segment = Priority { $priority } since { $since }: { $amount }
explain-hours-service = { $amount }, counted in service hours from { $since }:
explain-hours-clock = { $amount } by the clock, day and night, from { $since }
explain-hours-roll-to-opening = { $amount } by the clock from { $since }; outside service hours it moves to the next opening:
explain-hours-from-opening-of-service = { $amount } by the clock, from the first moment of service at or after { $since }:
amount-hours = { $count ->
    [one] one hour
   *[other] { $count } hours
  }
amount-minutes = { $count ->
    [one] one minute
   *[other] { $count } minutes
  }
amount-working-hours = { $count ->
    [one] one working hour
   *[other] { $count } working hours
  }
amount-working-minutes = { $count ->
    [one] one working minute
   *[other] { $count } working minutes
  }
explain-due = Due { $due }
explain-not-before = A deadline does not bind before its priority is in force, so it binds { $due }
explain-replaced = Replaced before it fell due, by the change of priority { $at }
explain-answer = Answer: { $what }, { $at }
explain-position = position { $position }
explain-late = recorded { $at }, { $late } after it happened
explain-corrected = corrected at position { $position }, recorded as { $at }
explain-no-answer = Not answered
explain-result = Result: { $outcome }
explain-never-grave = The priority was never the one that owes continuous work.
explain-work-service = Owed inside service hours:
explain-work-round-the-clock = Owed round the clock:
explain-work-owed = While the priority asked for it: { $total }
explain-work-worked = Worked by all engineers together: { $total }
explain-work-uncovered = Owed and not worked: { $total }
explain-tolerance = Tolerated by the contract: { $tolerance }
explain-question = Decisive: { $question } ({ $clause }; docs/reading.md#{ $question })
explain-given = provided that { $given }

not-covered-edition = Not covered: the edition is not one that the programme is for.
not-covered-licence = Not covered: the licence was not in force.
not-covered-channel = Not covered: it came through a channel that the level does not have.

day-holiday = public holiday
day-day-off = day off by decree
day-decreed-day = made non-working by decree
day-weekday-not-served = no service on this weekday
day-working-weekend-not-served = working weekend day, not served
day-working-weekend-served = working weekend day, served
day-shortened = shortened day, closes an hour early
day-outside-hours = outside service hours
