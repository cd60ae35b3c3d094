# What the command line says about itself, whatever the command.

language = en

help-usage = Usage:
help-commands = Commands
help-arguments = Arguments
help-options = Options
help-examples = Examples
help-environment = [else { $variable }]

option-lang = The language of messages and help; else SLA_LEDGER_LANG, else the locale. May stand anywhere on the line.
option-help = Show this page.
option-database = Where the ledger is, as a URL (sqlite:///PATH or postgresql://USER@HOST/NAME); without it sqlite:///sla-ledger.db.
option-json = Answer in JSON for programs; errors on stderr become JSON too.
option-as-of = Judge as of this instant, for example 2024-05-01T00:00:00+03:00.
option-reading = Settle a question for this run ("what if"). May be given several times.
option-calendars = Add the calendars of this jurisdiction that are shipped (RU), by the date each was published.
option-policy = A policy file that the events adopt, found by its hash. May be given several times.

usage-no-such-option = there is no option { $option }
usage-missing = { $name } is missing

error-told = error: { $message } [{ $name }]
error-remedy = { "  " }→ { $remedy }
error-line = line { $line }
error-trace-hint = { "  " }To see where, run it again with SLA_LEDGER_TRACEBACK=1.

talk-warning = warning: { $message }

command = A ledger of support incidents, and the verdict of the contract under every reading that its text allows.

    Exit codes: 0 fine, 1 the answer is no, 2 usage or bad input, 3 an incident could not be judged, 4 the ledger
    stands in the way, 5 a fault of this program.
    .version = Show the version.
    .examples =
        sla-ledger evaluate history.jsonl
        sla-ledger init --provider "Our support"
        sla-ledger import history.jsonl
        sla-ledger explain INC-2024-000017
        sla-ledger --lang ru evaluate --help
