"""Block Kit as Slack treats it: what Slack rejects, and the defaults that it adds."""
