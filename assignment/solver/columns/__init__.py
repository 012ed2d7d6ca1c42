"""Columns: whole groups (cases with team and calendar) as the variables of a linear programme,
whose value bounds every plan.
"""
