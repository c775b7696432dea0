"""The rules of care: pure, and without a number of their own."""
