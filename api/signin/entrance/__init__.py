"""入口: log-in, sessions, passwords."""
