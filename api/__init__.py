"""Who may see and do that (谁能看、谁能办): HTTP, sessions, pages."""
