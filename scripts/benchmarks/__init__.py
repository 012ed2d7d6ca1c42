"""对照方法: what others would do with the same problem, written from their papers for comparison;
nothing of the product imports it.
"""
