"""奖励与监督（办法第十四、十八至二十条）: what an approved award pays, asks for and may lose."""
