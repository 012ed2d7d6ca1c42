"""Prices of a reviewer's seats: what bounds panels, guides their search and lists what is left
to prove.
"""
