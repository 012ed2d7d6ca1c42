"""申报组织（办法第二、三、六、十二条）: who applied, read from sheets or forms, and who goes on."""
