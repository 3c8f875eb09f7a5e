"""The commands of `hub`, one module an area."""
