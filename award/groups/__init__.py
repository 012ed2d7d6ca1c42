"""编组（办法第十条）: the register and the year become a problem; jobs, plans, repairs, trials and
draws keep what the library answers.
"""
