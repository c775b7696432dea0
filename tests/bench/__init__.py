"""How fast it is, beside how fast the raw work would be: `python -m tests.bench [--quick]`, or `make bench`."""
