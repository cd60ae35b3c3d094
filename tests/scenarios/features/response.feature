Feature: An engineer reacts within the time of the level and the priority
  Local times are the contract's, UTC+03:00.

  @RESPONSE @PROG-PREMIUM
  Scenario: Premium, priority 2: twelve hours, and the text does not say of which kind
    Given a premium contract
    When on 2024-04-26 at 17:30 the customer opens an incident of priority 2 by email
    And on 2024-04-26 at 17:30 the incident is confirmed by letter
    And on 2024-04-27 at 06:00 an engineer responds
    Then the response is breached, due on 2024-04-27 at 05:30
    But read with premium-hours=service it is met, due on 2024-04-28 at 11:30
    And the response stands disputed
    And the response hangs on premium-hours and response-kind

  @RESPONSE @PROG-PREMIUM-PLUS
  Scenario: Premium+, priority 2: the clock never stops, and an answer at the last instant is in time
    Given a premium+ contract
    When on 2024-01-01 at 23:00 the customer opens an incident of priority 2 by phone
    And on 2024-01-02 at 11:00 an engineer responds
    Then the response is met, due on 2024-01-02 at 11:00

  @RESPONSE @PROG-BASIC @HOURS
  Scenario: Basic, priority 2, on a Friday afternoon: the weekend does not count
    Given a basic contract
    When on 2024-06-21 at 16:00 the customer opens an incident of priority 2 by email
    And on 2024-06-25 at 10:01 an engineer responds
    Then the response is breached, due on 2024-06-25 at 10:00
    And the response was broken on 2024-06-25 at 10:00

  @RESPONSE
  Scenario: Working time that runs out at closing time is due at closing time, not at the next opening
    Given a basic contract
    When on 2024-06-24 at 15:00 the customer opens an incident of priority 2 by email
    And on 2024-06-26 at 09:00 an engineer responds
    Then the response is breached, due on 2024-06-25 at 18:00

  @PROG-BASIC @HOURS
  Scenario: Basic before a Saturday that the state made a working day
    Given a basic contract
    When on 2021-02-19 at 12:00 the customer opens an incident of priority 2 by email
    And on 2021-02-19 at 12:00 the incident is confirmed by letter
    And on 2021-02-24 at 14:00 an engineer responds
    Then the response is met, due on 2021-02-24 at 15:00
    But read with working-saturdays=served it is breached, due on 2021-02-20 at 15:00
    And the response stands disputed

  @HOURS
  Scenario: The day before a holiday ends an hour early, if the state's calendar shortens the contract's day too
    Given a basic contract
    When on 2024-03-07 at 16:30 the customer opens an incident of priority 2 by email
    And on 2024-03-07 at 16:30 the incident is confirmed by letter
    And on 2024-03-12 at 10:45 an engineer responds
    Then the response is breached, due on 2024-03-12 at 10:30
    But read with short-days=shortened it is met, due on 2024-03-12 at 11:30

  @HOURS
  Scenario: Days that a decree made non-working with pay kept
    Given a basic contract
    When on 2020-03-27 at 12:00 the customer opens an incident of priority 2 by email
    And on 2020-03-27 at 12:00 the incident is confirmed by letter
    And on 2020-03-31 at 09:00 an engineer responds
    Then the response is breached, due on 2020-03-30 at 15:00
    But read with decreed-days=not-served the response is met

  @HOURS
  Scenario: A calendar republished while the clock runs
    Given a basic contract
    And the parties agreed that from 2016-01-01 on decreed-days is not-served
    When on 2020-03-25 at 09:00 the customer opens an incident of priority 4 by email
    And on 2020-03-25 at 09:00 the incident is confirmed by letter
    And on 2020-04-06 at 09:00 an engineer responds
    Then the response is breached, due on 2020-03-27 at 15:00

  @PROG-PREMIUM
  Scenario: Premium on a public holiday, where "every day" meets "except holidays"
    Given a premium contract
    And the parties agreed that from 2016-01-01 on premium-hours is service
    When on 2024-06-11 at 17:00 the customer opens an incident of priority 1 by phone
    And on 2024-06-11 at 17:00 the incident is confirmed by letter
    And on 2024-06-13 at 10:00 an engineer responds
    Then the response is breached, due on 2024-06-12 at 14:00
    But read with premium-holidays=not-served it is met, due on 2024-06-13 at 14:00

  @PROG-BASIC
  Scenario: Basic, priority 1, found at night: the engineer gets in touch in working hours
    Given a basic contract
    When on 2024-06-21 at 23:00 the customer opens an incident of priority 1 by email
    And on 2024-06-24 at 10:00 an engineer responds
    Then the response is breached, due on 2024-06-22 at 23:00
    But read with basic-p1-hours=roll-to-opening it is breached, due on 2024-06-24 at 09:00
    But read with basic-p1-hours=from-opening-of-service it is met, due on 2024-06-25 at 09:00
    But read with basic-p1-hours=service it is met, due on 2024-06-26 at 15:00

  @OPEN-CONFIRM
  Scenario: The clock starts when the incident comes in, or when it is confirmed
    Given a premium+ contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 1 by email
    And on 2024-06-21 at 11:00 the incident is confirmed by letter
    And on 2024-06-21 at 16:30 an engineer responds
    Then the response is breached, due on 2024-06-21 at 16:00
    But read with clock-start=confirmed it is met, due on 2024-06-21 at 17:00
    And the response hangs on clock-start and response-kind

  @OPEN-CONFIRM
  Scenario: Without a confirmation, that clock has not begun
    Given a premium+ contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 1 by email
    And it is judged as of 2024-06-22 at 10:00
    Then the response is breached, due on 2024-06-21 at 16:00
    But read with clock-start=confirmed the response is running

  @RESPONSE @STATUS-CONTACT
  Scenario: A status letter is a reply, if any reply is a reaction
    Given a premium+ contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 1 by email
    And on 2024-06-21 at 12:00 the provider reports the status
    And on 2024-06-21 at 17:00 an engineer responds
    Then the response is breached, due on 2024-06-21 at 16:00
    But read with response-kind=any-reply the response is met

  @RESPONSE
  Scenario: A response noted late counts when it happened, or when it was recorded
    Given a premium+ contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 1 by phone
    And on 2024-06-21 at 15:00 an engineer responds, which is recorded at 18:00
    Then the response is met, due on 2024-06-21 at 16:00
    But read with late-entries=as-recorded the response is breached
    And the response hangs on clock-start and late-entries

  @RESPONSE
  Scenario: A correction counts once the other party agrees to it
    Given a premium+ contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 1 by phone
    And on 2024-06-21 at 17:00 an engineer responds
    And on 2024-06-21 at 18:00 the response is corrected to 15:00
    Then the response was broken on 2024-06-21 at 16:00
    But read with corrections=all the response is met
    When on 2024-06-22 at 09:00 the customer agrees to the correction
    Then the response was answered on 2024-06-21 at 15:00

  @RESPONSE
  Scenario: The verdict as of an instant knows nothing of what was recorded after it
    Given a premium+ contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 1 by phone
    And on 2024-06-21 at 15:00 an engineer responds, which is recorded at 18:00
    And it is judged as of 2024-06-21 at 17:00
    Then the response was broken on 2024-06-21 at 16:00

  @RESPONSE
  Scenario: The customer comes back with the number of a closed incident
    Given a premium+ contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 1 by phone
    And on 2024-06-21 at 11:00 an engineer responds
    And on 2024-06-21 at 12:00 the incident is resolved and the customer is told
    And on 2024-06-24 at 10:00 the customer comes back
    And it is judged as of 2024-06-25 at 10:00
    Then the verdict on the response is met
    And the verdict on the response-2 is not-applicable
    But read with reopened-clock=restarts the response-2 is breached
    And the response-2 stands disputed

  @HOURS
  Scenario: A year of which nobody published the calendar is never guessed
    Given a basic contract
    And no calendar was published
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 2 by email
    And on 2024-06-21 at 11:00 an engineer responds
    Then it cannot be judged: the calendar of RU 2024 is missing

  @HOURS
  Scenario: Plain clock hours need no calendar
    Given a premium+ contract
    And no calendar was published
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 2 by email
    And on 2024-06-21 at 11:00 an engineer responds
    Then the verdict on the response is met
