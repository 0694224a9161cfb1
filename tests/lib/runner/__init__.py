"""runner - the parts of tests/run"""
