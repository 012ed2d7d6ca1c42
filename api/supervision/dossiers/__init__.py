"""履职档案: data and Word files."""
