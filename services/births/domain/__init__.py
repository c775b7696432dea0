"""The rules of births: pure functions from a command and what is known to facts."""
