"""What the read side makes of small histories."""
