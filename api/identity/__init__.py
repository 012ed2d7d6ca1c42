"""谁在门口: accounts, passwords, second factor, sessions, personal links.

Below the kit, so that every request can ask who is there.
"""
