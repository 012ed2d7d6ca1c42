"""What pages show: plain dataclasses and the pure functions that make them from what the use cases
return.
"""
