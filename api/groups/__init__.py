"""编组: from a solve to a published plan."""
