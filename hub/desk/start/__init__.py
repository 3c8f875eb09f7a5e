"""From Start to confirmation: picking a message, filling it, seeing what goes out, and the second pair of eyes."""
