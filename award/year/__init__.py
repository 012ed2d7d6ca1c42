"""评审年度（办法第一、四、五条）: a year is opened and keeps its policy.

At its notice it is bound to one text of the regulation and one rubric, for good.
"""
