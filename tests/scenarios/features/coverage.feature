Feature: Whom the programme is for

  @PROG-COMMERCIAL
  Scenario: An edition that is not commercial
    Given a premium contract of the community edition
    When on 2024-06-21 at 08:00 the customer opens an incident of priority 1 by email
    And it is judged as of 2024-06-30 at 08:00
    Then the verdict on the response is not-covered
    And the verdict on the continuous-work is not-covered
    And the response stands kept

  @PROG-OPEN @TERMS
  Scenario: The last day of the licence is covered, the next is not
    Given a premium contract licensed until 2024-06-21
    When on 2024-06-21 at 23:59 the customer opens an incident of priority 1 by email
    And it is judged as of 2024-06-22 at 03:00
    Then the response is running, due on 2024-06-22 at 05:59

  @PROG-OPEN @TERMS
  Scenario: An incident opened after the licence has ended
    Given a premium contract licensed until 2024-06-21
    When on 2024-06-22 at 00:00 the customer opens an incident of priority 1 by email
    And it is judged as of 2024-06-30 at 03:00
    Then the verdict on the response is not-covered

  @TERMS
  Scenario: An incident opened in the term that falls due after it
    Given a premium+ contract licensed until 2024-06-21
    When on 2024-06-21 at 20:00 the customer opens an incident of priority 1 by email
    And it is judged as of 2024-06-30 at 03:00
    Then the response was broken on 2024-06-22 at 02:00
    But read with licence-lapse=in-term-throughout the response is not-covered

  @TERMS
  Scenario: A renewal counts from when it was recorded
    Given a premium+ contract licensed until 2024-06-21
    When on 2024-06-21 at 20:00 the customer opens an incident of priority 1 by email
    And on 2024-06-25 at 09:00 the licence is renewed until 2025-06-21
    And it is judged as of 2024-06-30 at 03:00
    Then read with licence-lapse=in-term-throughout the response is breached

  @CHANNELS @OPEN-EMAIL
  Scenario: Basic is served by e-mail; a call is not its channel
    Given a basic contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 2 by phone
    And it is judged as of 2024-06-30 at 08:00
    Then the verdict on the response is not-covered
    But read with unsupported-channel=clock-runs the response is breached
    And the response hangs on unsupported-channel and clock-start

  @CHANNELS
  Scenario: The level in force on the day of the opening counts for the incident's life
    Given a basic contract
    And the level is premium from 2024-06-21 on
    When on 2024-06-21 at 00:00 the customer opens an incident of priority 2 by phone
    And on 2024-06-21 at 11:59 an engineer responds
    Then the response is met, due on 2024-06-21 at 12:00
