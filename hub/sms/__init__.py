"""Sending SMS: broadcasts and their deliveries, from the rows written at preparing to the last receipt."""
