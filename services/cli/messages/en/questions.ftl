# What each contested question asks, for a person who has the contract beside him.

question-premium-hours = Are the hours promised to Premium hours of the clock, or hours of service?
question-basic-p1-hours = How are the 24 hours of Basic, priority 1, counted when support is closed?
question-premium-holidays = Is Premium served on public holidays?
question-working-saturdays = Is Basic served on a weekend day that a decree made a working day?
question-short-days = Does service close an hour early on the eve of a holiday?
question-decreed-days = Is Basic served on days that a president's decree made non-working?
question-calendar-changes = Does a calendar that is published again move a clock that was running already?
question-clock-start = Does the clock start when the incident came in, or when it was confirmed?
question-reprioritized-clock = From when does the time of the new priority count after a change?
question-response-kind = Is only an engineer's reaction a response, or any reply of the provider?
question-priority-authority = Does the customer change the priority alone, or only when the provider agrees?
question-late-entries = Does what the provider entered late count when it happened, or when it was entered?
question-corrections = Does a correction count that the other party did not agree to?
question-continuous-work-hours = Is continuous work owed in service hours, or round the clock?
question-continuous-work-start = Is continuous work owed from the response, or from the opening?
question-unsupported-channel = Does a clock run for an incident that came through a channel the level does not have?
question-licence-lapse = Does a clock go on that runs beyond the end of the licence?
question-unreachable-proof = How many attempts show that the customer could not be reached?
question-reopened-clock = Does a new response clock start when the customer comes back?
