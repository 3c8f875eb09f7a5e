"""The public site: rendering it, and publishing it to its targets."""
