"""A second, deliberately naive judge of the support contract.

It exists to disagree with the product: written from the text of the readings alone, sentence by sentence, stepping
through time minute by minute and trying every combination of readings. It shares no code with what it checks.
"""
