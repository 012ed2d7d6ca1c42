"""年度步骤（办法第十三条）: where the year is, what it waits for, settings and rubric."""
