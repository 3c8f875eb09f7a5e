"""Who co-signs without an account: their addresses, and the links that are sent to them."""
