"""What people can do: talk, press, fill in forms. Each gesture is held to what Slack's client would allow."""
