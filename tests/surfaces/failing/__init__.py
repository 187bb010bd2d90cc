"""What goes wrong or comes too late: a store or Slack that does not answer, two processes, what is not to be trusted."""
