"""表彰区（办法第十四、十五、十八至二十条）: prizes, history, revocation, account, promotion."""
