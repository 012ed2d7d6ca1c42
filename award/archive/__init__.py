"""归档: a closed year as a sealed bundle that anybody can check and recompute, byte for byte."""
