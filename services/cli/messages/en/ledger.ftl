# The ledger as a whole: made, filled, taken out and brought back.

command-init =
    Make a ledger, with the shipped policy adopted and the shipped calendars published in it.

    The ledger gets an id of its own. Nothing is overwritten: where there is a ledger already, this is refused.
    .provider = The name of the support provider whose record this is.
    .no-calendars = Leave the shipped calendars out, for a history that is older or brings its own.
    .if-absent = Be content where the provider's ledger is there already: for what starts again and again.
    .examples =
        sla-ledger init --provider "Our support"
        sla-ledger init --provider "Our support" --if-absent
        sla-ledger init --provider "Our support" --database sqlite:////var/lib/sla/ledger.db
        sla-ledger init --no-calendars

init-done = { $database } is the ledger { $ledger } of { $provider }, with { $events ->
    [one] one event
   *[other] { $events } events
  } of what is shipped.

init-present = { $database } is the ledger { $ledger } of { $provider } already; it holds { $events ->
    [one] one event
   *[other] { $events } events
  }.

command-import =
    Take a file of events into the ledger, or another system's export by a mapping.

    The whole file is checked before anything is written. What is in the ledger already is passed over: an import that
    was broken off goes on when it is begun again, and one done twice adds nothing.
    .file = The file: JSONL in the interchange form, one event a line; with --mapping the other system's export.
    .calendars = Merge the shipped calendars of this jurisdiction (RU) with the file by recorded_at, before the file's
        own lines of the same instant.
    .mapping = Read another system's export by this mapping: servicenow, or the path of a mapping file of yours.
    .rejects = With --mapping: where to list what the source lost, one JSON object a line.
    .outcomes = With --mapping: where to write the source's own verdict on each incident.
    .policy = The text of a policy that the file adopts. May be given several times.
    .examples =
        sla-ledger import history.jsonl
        sla-ledger import history.jsonl --calendars RU
        sla-ledger import --mapping servicenow audit.csv --rejects rejects.jsonl --outcomes outcomes.jsonl

import-checking = Checking
import-recording = Recording
import-done = { $added ->
    [one] One event was added
   *[other] { $added } events were added
  }, { $present ->
    [0] none was there already
    [one] one was there already
   *[other] { $present } were there already
  }. The ledger holds { $position }.
import-nothing = Nothing was added: { $present ->
    [0] the file holds no event
    [one] its one event is in the ledger already
   *[other] all { $present } events are in the ledger already
  }. The ledger holds { $position }.
import-interrupted = Interrupted after { $added } events, which stay. Run the same import again to go on.
import-older-than-shipped = the file has events of the provider's log that are older than what this ledger holds, perhaps the
    shipped calendars: make the ledger with init --no-calendars, and import with --calendars RU
import-converted = { $rows } rows of { $incidents } incidents became { $events } events.
import-lost = { "  " }{ $reason }: { $count }
import-lost-where = What was lost is listed row by row with --rejects FILE.

command-export =
    Write the ledger's events, byte for byte in the canonical form, with a manifest beside them.

    The manifest names the ledger, its provider, the number of events and their hash chain, and keeps the policies'
    texts. The events hold no free text and no people; --personal writes those with their salts.
    .file = Where to write the events; without it standard output.
    .manifest = Where to write the manifest; without it FILE.manifest.json.
    .personal = Also write the values of free text and people, for those who may have them.
    .json = Errors on stderr become JSON; the events always are.
    .examples =
        sla-ledger export ledger.jsonl
        sla-ledger export ledger.jsonl --manifest manifest.json --personal values.jsonl
        sla-ledger export | sla-ledger evaluate -

export-done = { $count ->
    [one] One event
   *[other] { $count } events
  }, chain { $chain }
export-manifest = The manifest is { $file }.
export-personal = { $file } holds the values of { $count ->
    [one] one event
   *[other] { $count } events
  }: give it to those alone who may have them.
export-no-manifest = no manifest was written; restore needs one (--manifest FILE)

command-restore =
    Make a ledger from an export: the same id, name, positions and bytes, or nothing at all.

    Used instead of init. It fails unless count and hash chain are those of the manifest. Values that are not given are
    absent as if they had been erased.
    .file = The exported events.
    .manifest = The manifest that was written beside them; without it FILE.manifest.json.
    .personal = The values that were written with export --personal.
    .examples =
        sla-ledger restore ledger.jsonl
        sla-ledger restore ledger.jsonl --manifest manifest.json --personal values.jsonl --database sqlite:///copy.db

restore-checking = Checking
restore-done = { $database } is the ledger { $ledger } of { $provider } again, with { $events ->
    [one] one event
   *[other] { $events } events
  }, chain { $chain }.
restore-no-values = no values are given (--personal FILE): free text and people will be absent as if erased
