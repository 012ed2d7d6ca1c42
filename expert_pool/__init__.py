"""Who may review (谁可以评): people, appointments, conflicts, free days, record."""
