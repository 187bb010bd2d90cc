"""What comes from Slack: by which way, of what shape, from whom; and that it is on disk before it is acknowledged."""
