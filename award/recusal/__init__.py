"""回避（办法第十一、十六条）: whom the register ties to which applicant, and the certificate."""
