"""What goes out to Slack: in order, paced, tried again.

What others can see is posted once: a message bears a mark, and after a call whose answer was lost it is looked for before it
is sent again. An ephemeral message, also one by `response_url`, is sent at least once: Slack has no id by which it would
recognise a repetition, and no method that tells whether one was shown. It is gone when the person reloads.
"""
