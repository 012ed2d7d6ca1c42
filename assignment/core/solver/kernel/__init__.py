"""The compiled heart of the search: teams, visit orders and moves between groups, on flat arrays (Numba)."""
