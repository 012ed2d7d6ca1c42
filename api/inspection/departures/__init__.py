"""偏离建议的决定（办法第九、十、十三、十六条）: what an inspector asks about first."""
