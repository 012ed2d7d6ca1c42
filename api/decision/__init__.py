"""评定区（办法第十三条第六至九项）: evaluation, committee, vote, notice, approval."""
