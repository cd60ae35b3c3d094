# What verdict, explain, replay, timeline, report and deadlines have in common: words for what a judgement finds.

option-file = Read a file of events instead of a ledger, one JSON object a line; - is standard input. It is checked whole.

read-stamp = As of { $at }, read at position { $position }.
read-provisional = the answer is provisional: nothing was recorded after { $last }, what is recorded later may change it
read-settled = { $question } is read as { $option } for this run, whatever the parties agreed

moment-none = at no instant
weekday-mon = Mon
weekday-tue = Tue
weekday-wed = Wed
weekday-thu = Thu
weekday-fri = Fri
weekday-sat = Sat
weekday-sun = Sun
unit-hour = h
unit-minute = min
unit-second = s

standing-kept = KEPT
standing-broken = BROKEN
standing-disputed = DISPUTED
standing-not-judged = NOT JUDGED

outcome-met = met
outcome-breached = breached
outcome-running = running
outcome-not-covered = not covered
outcome-not-applicable = not applicable
outcome-at = { $verdict } { $at }
outcome-at-due = { $verdict } { $at }, due { $due }
outcome-due = { $verdict }, due { $due }
outcome-uncovered = { $verdict }, { $missing } without work
outcome-uncovered-at = { $verdict } { $at }, { $missing } without work

obligation-response = Response
obligation-response-again = Response, episode { $episode }
obligation-continuous-work = Continuous work

duty-confirmation = confirmation of the opening
duty-status = report of status and estimate
duty-resolution-notice = notice of the resolution
duty-not-covered-notice = notice that it is not covered
duty-unreachable-proof = attempts to reach the customer
duty-release-stages = checks of the release
duty-is-met = met
duty-is-missing = missing

event-opened = opened
event-confirmed = confirmed
event-responded = responded
event-reprioritized = change of priority asked for
event-reprioritization-agreed = change of priority agreed
event-information-requested = information requested
event-information-provided = information provided
event-work-started = work started
event-work-stopped = work stopped
event-mitigated = impact mitigated
event-status-reported = status reported
event-contact-attempted = contact attempted
event-customer-replied = customer replied
event-third-party-suspected = third party suspected
event-resolved = resolved
event-closed-not-covered = closed as not covered
event-customer-unreachable = closed, customer unreachable
event-reopened = reopened
event-corrected = correction
event-correction-agreed = correction agreed
event-values-erased = values erased
event-disputed = disputed
event-dispute-ruled = dispute ruled
event-evidence-attached = evidence attached
event-closing = closed

party-customer = customer
party-provider = provider
party-auditor = auditor
actor-customer = customer
actor-engineer = engineer
actor-system = system
actor-auditor = auditor
