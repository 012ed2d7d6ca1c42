"""奖励与监督的纯计算: values in, values out."""
