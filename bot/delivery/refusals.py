"""Slack error codes that affect every call of an installation, with their cause and remedy."""

_COPY = "copy the token from OAuth & Permissions"
# Keyed by Slack's error code.
LASTING_REFUSALS = {
    "access_limited": "the workspace's network rules do not let this machine in",
    "accesslimited": "the workspace's network rules do not let this machine in",
    "account_inactive": f"the app was removed or its account deactivated; install it again, and {_COPY}",
    "ekm_access_denied": "the organisation has revoked its encryption keys; its admins can give them back",
    "enterprise_is_restricted": "the organisation's rules do not allow this app; its admins can change that",
    "invalid_auth": f"SLACK_BOT_TOKEN is wrong ({_COPY}), or this machine is not on the workspace's list of allowed addresses",
    "not_allowed_token_type": f"SLACK_BOT_TOKEN is a token of another kind; {_COPY}",
    "not_authed": "SLACK_BOT_TOKEN did not reach Slack; look for a proxy that takes headers away",
    "org_login_required": "the workspace is being moved into an organisation; this ends by itself",
    "team_access_not_granted": "the organisation has not given the app this workspace; its admins can",
    "team_added_to_org": "the workspace is being moved into an organisation; this ends by itself",
    "token_expired": f"SLACK_BOT_TOKEN has expired; switch token rotation off, install the app again, and {_COPY}",
    "token_revoked": f"SLACK_BOT_TOKEN was revoked, or the app was removed; install it again, and {_COPY}",
    "two_factor_setup_required": "the workspace asks for two-factor authentication; its admins can see to that",
}
# Codes that a new token, or a change in the app's settings, would cure.
TOKEN_REFUSALS = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_allowed_token_type",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)


def remedy_of(code: str) -> str:
    return LASTING_REFUSALS.get(code, "see OAuth & Permissions of the app, and whether it is still installed")


def describe_outage(code: str) -> str:
    """The outage in one sentence, for the operator of a running bot."""
    return f"Slack refuses everything ({code}): {remedy_of(code)}. What was accepted is kept and done when this ends."
