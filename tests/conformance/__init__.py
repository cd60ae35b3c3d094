"""What every recorder must keep, whatever the database."""
