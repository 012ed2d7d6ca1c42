"""评定（办法第十三条第六至九项）: signed scores become totals, a vote, a notice and an approval.

People decide, once; what was signed, voted or published is never written again.
"""
