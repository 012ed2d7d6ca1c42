"""归档区（办法第十七条）: seal, verify, replay, take away."""
