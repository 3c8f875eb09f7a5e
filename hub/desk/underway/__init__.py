"""What is under way: an incident, its broadcasts, and what can be done to them."""
