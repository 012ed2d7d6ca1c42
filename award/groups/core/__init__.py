"""编组的纯计算: values in, values out."""
