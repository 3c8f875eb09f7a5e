"""What a telephone robot reads aloud."""
