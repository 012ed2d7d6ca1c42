"""征求部门意见（办法第十三条第三项）: the letters, and the page behind a department's link."""
