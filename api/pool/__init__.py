"""盘点: what is short, and how the work was shared."""
