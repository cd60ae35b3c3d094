"""Random histories: valid event files, dense around the instants where clocks, calendars and readings turn."""
