"""回避: findings, decisions, waivers, lists, certificates."""
