"""方案: adjust, approve, publish, compare, download."""
