"""The `evenborn` command, for auditors and operators.

It starts a county's services on one machine, feeds a scenario through the departments' own doors, and shows what
the services know. It decides nothing and keeps no record of its own.
"""
