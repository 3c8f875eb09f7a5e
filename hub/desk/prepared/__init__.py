"""Prepared: the library in peacetime. What is ready, what a message says, its editing and its reviews."""
