"""运行监测: is the program alive, is it ready, and how much does it do."""
