"""履职监督: stages, ratings, cases, the yearly sheet."""
