"""首页 and the health of the program."""
