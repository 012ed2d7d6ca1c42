"""审计与监督: the log, its verification, the proof of a plan."""
