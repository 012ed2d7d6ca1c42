"""评分页面（办法第十条、第十三条第四、五项）: a reviewer's own books, her group's consensus, and
what the office sees of it once everybody has locked.
"""
