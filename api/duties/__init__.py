"""任务与通知: who is asked, who accepts, who is told."""
