Feature: What the provider owes beside the response

  @OPEN-CONFIRM
  Scenario: The customer gets a letter with the number of his incident
    Given a premium contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 2 by email
    Then the duty confirmation is missing
    When on 2024-06-21 at 10:01 the incident is confirmed by letter
    Then the duty confirmation is met

  @RES-INFORM @STATUS-CONTACT
  Scenario: The status is reported with an estimate before the incident is closed
    Given a premium contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 2 by email
    Then the duty status is not-applicable
    When on 2024-06-21 at 12:00 the provider reports that it will be solved by 2024-06-24
    And on 2024-06-24 at 12:00 the incident is resolved and the customer is told
    Then the duty status is met

  @RES-INFORM
  Scenario: A report without an estimate does not inform of one
    Given a premium contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 2 by email
    And on 2024-06-21 at 12:00 the provider reports the status
    And on 2024-06-24 at 12:00 the incident is resolved and the customer is told
    Then the duty status is missing

  @RES-NOTICE @RES-RESTORED
  Scenario: The customer is told that the product works again
    Given a premium contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 2 by email
    Then the duty resolution-notice is not-applicable
    When on 2024-06-24 at 12:00 the incident is resolved and the customer is told
    Then the duty resolution-notice is met

  @RES-NOTICE
  Scenario: Resolved twice, and once nobody was told
    Given a premium contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 2 by email
    And on 2024-06-24 at 12:00 the incident is resolved and nobody is told
    And on 2024-06-24 at 13:00 the customer comes back
    And on 2024-06-25 at 12:00 the incident is resolved and the customer is told
    Then the duty resolution-notice is missing

  @RES-CUSTOM
  Scenario: A special build is not covered, and the customer is told so
    Given a premium contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 2 by email
    And on 2024-06-24 at 12:00 the incident is closed as a special build and the customer is told
    Then the duty not-covered-notice is met

  @RES-CUSTOM
  Scenario: A special build, and nobody tells the customer
    Given a premium contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 2 by email
    And on 2024-06-24 at 12:00 the incident is closed as a special build and nobody is told
    Then the duty not-covered-notice is missing

  @RES-UNREACHABLE
  Scenario: The customer cannot be reached: how often must the provider have tried?
    Given a premium contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 2 by email
    And on 2024-06-21 at 11:00 the provider tries to reach the customer
    And on 2024-06-21 at 12:00 the customer replies
    And on 2024-06-24 at 11:00 the provider tries to reach the customer
    And on 2024-06-25 at 11:00 the incident is closed because the customer cannot be reached
    Then the duty unreachable-proof is missing
    But read with unreachable-proof=one-attempt the duty unreachable-proof is met

  @QC-STAGES
  Scenario: A resolution names a release that passed all four stages
    Given a premium contract
    And release 2.4 passed preliminary on 2024-06-01 at 10:00
    And release 2.4 passed alpha on 2024-06-02 at 10:00
    And release 2.4 passed beta on 2024-06-03 at 10:00
    And release 2.4 passed release-test on 2024-06-04 at 10:00
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 2 by email
    And on 2024-06-24 at 12:00 the incident is resolved by release 2.4
    Then the duty release-stages is met

  @QC-STAGES
  Scenario: A release that skipped the beta test
    Given a premium contract
    And release 2.4 passed preliminary on 2024-06-01 at 10:00
    And release 2.4 passed alpha on 2024-06-02 at 10:00
    And release 2.4 passed release-test on 2024-06-04 at 10:00
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 2 by email
    And on 2024-06-24 at 12:00 the incident is resolved by release 2.4
    Then the duty release-stages is missing
