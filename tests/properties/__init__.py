"""What holds for every history, calendar and reading."""
