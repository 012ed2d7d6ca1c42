"""编组台: the plan in hand, and the solve that makes one."""
