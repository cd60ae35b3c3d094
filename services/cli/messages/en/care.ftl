# Care of the installation, and of the calendar arithmetic.

command-doctor =
    Look at what this installation is made of, and say what is wrong with it.

    Versions, the SQLite in use and its WAL-reset bug, settings, the ledger at hand, foreign packages of our names.
    Exit code 1 where something is wrong.
    .examples =
        sla-ledger doctor
        sla-ledger doctor --json

doctor-version = sla-ledger
doctor-python = Python
doctor-system = system
doctor-sqlite = SQLite
doctor-libraries = libraries
doctor-setting = setting
doctor-package = package
doctor-ledger = ledger
doctor-wal-reset-bug = This SQLite can corrupt a file with two writers (fixed in 3.51.3): install pysqlite3 0.6.1 or newer.
doctor-foreign = Another distribution has a package of our name: give sla-ledger an environment of its own.
doctor-ledger-trouble = The ledger does not open; see its own remedy with any command that reads it.

command-calendar = Check the calendar arithmetic, and look at the calendars that are shipped.
    .examples =
        sla-ledger calendar check cases.json
        sla-ledger calendar list

command-calendar-check =
    Try a file of business-time cases on the calendar arithmetic.

    Cases of kind add, elapsed, elapsed_sum and periods_after must agree; exit code 1 where one does not. Those that
    differ by decision (an amount that ends at closing time is due at closing time) and those not served are listed.
    .file = The cases: a JSON object with the list "vectors".
    .examples =
        sla-ledger calendar check cases.json
        sla-ledger calendar check cases.json --json

command-calendar-list = List the calendars that are shipped, with the date each was published.
    .examples =
        sla-ledger calendar list
        sla-ledger calendar list --json

command-calendar-show = Show the days that a shipped calendar names, in each of its publications.
    .calendar = Jurisdiction and year.
    .examples =
        sla-ledger calendar show RU-2024
        sla-ledger calendar show RU-2020 --json

calendar-year = Calendar
calendar-published = Published
calendar-holidays = Holidays
calendar-days-off = Days off
calendar-working-weekends = Working weekends
calendar-shortened = Shortened
calendar-non-working-days = Non-working
calendar-shown = { $calendar }, published { $published }

case-agrees = agrees
case-disagrees = does not agree
case-differs-by-decision = differs by decision
case-not-served = not served
case-malformed = malformed
case-answers = expected { $expected }, got { $got }
