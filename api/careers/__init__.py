"""任职: recommendation, check, appointment, grade, end."""
