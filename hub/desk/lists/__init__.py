"""Lists of recipients: looking at them, bringing them in, keeping and deleting them; and the quick guide."""
