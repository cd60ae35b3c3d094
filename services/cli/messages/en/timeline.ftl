command-timeline =
    Draw one incident on one axis: its events, the priority, the clocks with what is due, breaches.

    As wide as the terminal is (or COLUMNS); below the picture every instant stands exactly. It is drawn under the literal
    reading, settled questions applied.
    .incident = The number of the incident.
    .as-of = Draw as of this instant; without it as of the last instant recorded of any contract.
    .examples =
        sla-ledger timeline INC-2024-000017
        sla-ledger timeline INC-2024-000017 --as-of 2024-05-01T00:00:00+03:00
        COLUMNS=160 sla-ledger timeline INC-2024-000017 | less

lane-events = events
lane-priority = priority
lane-continuous-work = work

point-started = the clock started
point-due = due, read literally
point-earliest-due = due under the reading that gives the earliest instant
point-latest-due = due under the reading that gives the latest instant
point-answered = answered
point-breached = BREACHED, read literally
span-running = counted
span-overdue = OVERDUE
span-owed = work owed
span-worked = worked
span-uncovered = owed and NOT WORKED
timeline-nothing = (nothing)
timeline-marks = S clock started, = counted, D due, E earliest and L latest due over all readings, A answered, X breached, ! overdue or not worked, o owed, # worked, { $more } more than there is room for
