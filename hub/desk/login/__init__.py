"""The pages for logging in, for one's own account, and for people and their roles."""
