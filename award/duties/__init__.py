"""任务答复（办法第十、十一条）: who accepts what a published plan asks, and who is told."""
