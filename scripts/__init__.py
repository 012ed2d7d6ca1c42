"""What an operator types: command line, demonstration data, benchmarks, backup."""
