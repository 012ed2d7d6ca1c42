"""归档的纯计算: values in, values out."""
