"""Block Kit as Slack takes it: what slack_sdk's models refuse, what they let through and Slack refuses, and how it is kept."""
