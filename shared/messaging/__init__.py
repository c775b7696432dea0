"""How services and departments reach one another: readers of channels, inboxes, receipts, parking, the courier."""
