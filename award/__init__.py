"""What the regulation decides (办法怎么定): applicants, stages, scores, vote, notice, approval,
money.
"""
