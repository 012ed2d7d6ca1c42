"""回避登记: conflicts, pairs and absences as facts."""
