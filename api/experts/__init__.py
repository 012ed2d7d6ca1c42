"""专家库: the list, one person, and what may be changed about her."""
