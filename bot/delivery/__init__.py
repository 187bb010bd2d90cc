"""What goes out to Slack: in order, paced, tried again, and never twice."""
