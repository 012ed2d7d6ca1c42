"""评分（办法第十条、第十三条第四、五项）: blind scorebooks become a signed consensus and report.

Empty is never zero; until a book is locked its numbers are nobody's but its reviewer's.
"""
