"""Calls to Slack: in order, paced and retried.

A message that others can see is posted exactly once: it carries a mark, and if the answer to the call was lost, the bot
looks for that mark before it posts again. An ephemeral message, also one sent by `response_url`, is sent at least once:
Slack has no id that would identify a repetition and no method to check. A duplicate disappears when the person reloads.
"""
