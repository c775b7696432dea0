"""The published language: one module per publishing party; the only words services share."""
