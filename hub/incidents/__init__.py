"""What is in force: incidents, their announcements, and publishing them."""
