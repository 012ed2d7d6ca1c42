"""工作人员的回避: declared by oneself or by the office, decided by another."""
