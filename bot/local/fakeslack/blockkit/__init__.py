"""Block Kit as Slack takes it: the rules, the reasons for refusing, and the form in which it is kept."""
