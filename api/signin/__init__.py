"""登录: log in and out, second factor, accounts of the staff, links of the experts."""
