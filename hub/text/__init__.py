"""Pure text work: composing, slots, segments, speech, phone numbers. No database, no clock."""
