"""What everybody in the county knows: days and half-days, towns, industries, identifiers, and how
people write them.
"""
