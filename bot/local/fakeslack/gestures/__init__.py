"""What people can do: write, press, fill in forms. Each gesture is limited to what Slack's client would allow."""
