"""所依据的办法和评审标准（办法第一、五、二十一条）: what a year goes by, fixed at its notice."""
