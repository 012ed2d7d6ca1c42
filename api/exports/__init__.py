"""导出: rosters as workbooks."""
