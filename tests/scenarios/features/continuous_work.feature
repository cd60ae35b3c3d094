Feature: Work on the gravest incidents goes on without interruption

  @P1-CONTINUOUS
  Scenario: Nobody works between the response and the first session
    Given a premium+ contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 1 by phone
    And on 2024-06-21 at 11:00 an engineer responds
    And on 2024-06-21 at 11:30 e-1 starts to work
    And on 2024-06-21 at 15:00 e-1 stops
    And on 2024-06-21 at 15:00 the impact is reduced
    Then the continuous-work was broken on 2024-06-21 at 11:00
    And nobody worked on 2024-06-21 from 11:00 until 11:30

  @P1-CONTINUOUS
  Scenario: Two engineers hand over without a gap
    Given a premium+ contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 1 by phone
    And on 2024-06-21 at 10:00 e-1 starts to work
    And on 2024-06-21 at 11:00 an engineer responds
    And on 2024-06-21 at 12:00 e-2 starts to work
    And on 2024-06-21 at 12:00 e-1 stops
    And on 2024-06-21 at 15:00 the impact is reduced
    Then the verdict on the continuous-work is met

  @P1-CONTINUOUS
  Scenario: A gap within the contract's tolerance
    Given a premium+ contract that tolerates gaps of PT30M
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 1 by phone
    And on 2024-06-21 at 11:00 an engineer responds
    And on 2024-06-21 at 11:30 e-1 starts to work
    And on 2024-06-21 at 15:00 the impact is reduced
    Then the verdict on the continuous-work is met
    And nobody worked on 2024-06-21 from 11:00 until 11:30

  @P1-CONTINUOUS
  Scenario: The tolerance is used up within a second gap
    Given a premium+ contract that tolerates gaps of PT45M
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 1 by phone
    And on 2024-06-21 at 11:00 an engineer responds
    And on 2024-06-21 at 11:30 e-1 starts to work
    And on 2024-06-21 at 14:00 e-1 stops
    And on 2024-06-21 at 15:00 the impact is reduced
    Then the continuous-work was broken on 2024-06-21 at 14:15

  @P1-CONTINUOUS
  Scenario: Nights do not count on Premium, unless work goes on round the clock
    Given a premium contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 1 by phone
    And on 2024-06-21 at 10:00 e-1 starts to work
    And on 2024-06-21 at 10:00 an engineer responds
    And on 2024-06-21 at 18:00 e-1 stops
    And on 2024-06-22 at 09:00 e-1 starts to work
    And on 2024-06-22 at 12:00 the impact is reduced
    Then the verdict on the continuous-work is met
    But read with continuous-work-hours=round-the-clock the continuous-work is breached
    And the continuous-work hangs on continuous-work-hours

  @P1-CONTINUOUS
  Scenario: The duty begins with the response, or with the opening
    Given a premium+ contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 1 by phone
    And on 2024-06-21 at 11:00 e-1 starts to work
    And on 2024-06-21 at 11:00 an engineer responds
    And on 2024-06-21 at 12:00 the impact is reduced
    Then the verdict on the continuous-work is met
    But read with continuous-work-start=opening the continuous-work is breached

  @P1-CONTINUOUS
  Scenario: It ends when the priority is lowered
    Given a premium+ contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 1 by phone
    And on 2024-06-21 at 10:00 e-1 starts to work
    And on 2024-06-21 at 11:00 an engineer responds
    And on 2024-06-21 at 12:00 the customer asks for priority 2
    And on 2024-06-21 at 12:00 e-1 stops
    And it is judged as of 2024-06-30 at 12:00
    Then read with priority-authority=mutual the continuous-work is breached
    But the verdict on the continuous-work is met

  @P1-CONTINUOUS
  Scenario: An incident that was never of the gravest priority
    Given a premium contract
    When on 2024-06-21 at 10:00 the customer opens an incident of priority 2 by phone
    Then the verdict on the continuous-work is not-applicable
