"""导入: from a workbook into the register."""
