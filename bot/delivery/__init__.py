"""Calls to Slack: in order, paced and retried.

A message that others can see is posted exactly once. It carries a mark, for which the bot looks before it posts again
after the answer to a call was lost. An ephemeral message, also one sent by `response_url`, is sent at least once: Slack
has no id that would identify a repetition and no method to check. A duplicate disappears when the person reloads.
"""
