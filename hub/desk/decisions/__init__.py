"""What a municipality fills in once: local decisions, places, numbers, its name and address."""
