"""How Slack hands things to an app: over its sockets or by signed HTTP, with its deadline and its retries."""
