"""编组表: a draft as one sheet, out to WPS or Excel and back."""
