"""The commands of `evenborn`: their names and options; what they do is in the modules above."""
