"""The steps that brought the tables to their present form, in the order of their numbers."""
