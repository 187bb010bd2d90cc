"""What people do in Slack, and what is done about it: a module a surface, registered in `registration`."""
