"""The page's side of the local Slack: who may load it, what a person sees there, what they can do, and a look inside."""
