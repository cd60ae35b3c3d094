Feature: The priority may change while the clock runs

  @PRIO-CHANGE
  Scenario: The customer raises the priority on his own
    Given a premium+ contract
    When on 2024-06-21 at 08:00 the customer opens an incident of priority 4 by email
    And on 2024-06-21 at 10:00 the customer asks for priority 1
    And on 2024-06-21 at 15:30 an engineer responds
    Then the response is breached, due on 2024-06-21 at 14:00
    But read with reprioritized-clock=from-change it is met, due on 2024-06-21 at 16:00
    But read with reprioritized-clock=tightest it is breached, due on 2024-06-21 at 14:00

  @PRIO-CHANGE
  Scenario: A deadline replaced before it fell due binds no more
    Given a premium+ contract
    When on 2024-06-21 at 08:00 the customer opens an incident of priority 1 by email
    And on 2024-06-21 at 13:59 the customer asks for priority 4
    And on 2024-06-22 at 07:00 an engineer responds
    Then the response is met, due on 2024-06-22 at 08:00
    But read with reprioritized-clock=tightest it is breached, due on 2024-06-21 at 14:00

  @PRIO-CHANGE
  Scenario: Lowering the priority after the deadline does not undo the breach
    Given a premium+ contract
    When on 2024-06-21 at 08:00 the customer opens an incident of priority 1 by email
    And on 2024-06-21 at 14:01 the customer asks for priority 4
    And on 2024-06-21 at 15:00 an engineer responds
    Then the response was broken on 2024-06-21 at 14:00

  @STATUS-AGREE
  Scenario: The customer's change, if it needs the provider's agreement
    Given a premium+ contract
    When on 2024-06-21 at 08:00 the customer opens an incident of priority 4 by email
    And on 2024-06-21 at 10:00 the customer asks for priority 1
    And on 2024-06-21 at 15:30 an engineer responds
    Then the response is breached, due on 2024-06-21 at 14:00
    But read with priority-authority=mutual it is met, due on 2024-06-22 at 08:00
    And the response hangs on clock-start and priority-authority and reprioritized-clock

  @STATUS-AGREE
  Scenario: The provider's change counts from the customer's agreement on
    Given a premium+ contract
    When on 2024-06-21 at 08:00 the customer opens an incident of priority 1 by email
    And on 2024-06-21 at 09:00 the provider asks for priority 3
    And on 2024-06-21 at 10:00 the customer agrees to the priority
    And on 2024-06-21 at 20:00 an engineer responds
    Then the response is met, due on 2024-06-22 at 02:00

  @STATUS-AGREE
  Scenario: The provider's change that the customer never agreed to
    Given a premium+ contract
    When on 2024-06-21 at 08:00 the customer opens an incident of priority 1 by email
    And on 2024-06-21 at 09:00 the provider asks for priority 3
    And on 2024-06-21 at 20:00 an engineer responds
    Then the response was broken on 2024-06-21 at 14:00
