"""The facts that the bot keeps about a person, taken from Slack's user object, and what follows from them. Pure."""

from typing import Any

from bot.people import NAMES
from bot.policy import Role
from store.models.tickets import Json

_FLAGS = {
    "deleted": ("deleted",),
    "bot": ("is_bot", "is_workflow_bot"),
    "guest": ("is_restricted", "is_ultra_restricted"),
    "stranger": ("is_stranger",),
}
SLACKBOT = "USLACKBOT"


def read_facts(user: Json) -> Json:
    """The facts in a user object. All keys are always present, so that newer facts replace older ones when merged.
    `updated` is Slack's time of the last change, in seconds since 1970."""
    profile = _as_dict(user.get("profile"))
    names = (
        profile.get("display_name"),
        profile.get("real_name") or user.get("real_name"),
        user.get("name"),
    )
    enterprise = _as_dict(user.get("enterprise_user"))
    teams = enterprise.get("teams")
    return {
        NAMES: list(dict.fromkeys(str(name) for name in names if name)),
        "team": str(user.get("team_id") or ""),
        "teams": [str(team) for team in teams] if isinstance(teams, list) else [],
        "enterprise_id": str(enterprise.get("id") or ""),
        "updated": _as_float(user.get("updated")),
        **{flag: any(user.get(name) for name in given) for flag, given in _FLAGS.items()},
    }


def is_outside(facts: Json, team: str) -> bool:
    """Whether the person is a guest, or belongs to another organisation or workspace than `team`.

    In an organisation with several workspaces, a member of `team` may have another workspace, or the organisation itself,
    as `team`; `teams` then lists `team` too.
    """
    if facts["guest"] or facts["stranger"]:
        return True
    elsewhere = bool(facts["team"]) and facts["team"] != team
    return elsewhere and team not in facts["teams"]


def role_of(user_id: str, facts: Json, team: str, admins: frozenset[str]) -> Role:
    if facts["deleted"] or facts["bot"] or user_id == SLACKBOT:
        return Role.NOBODY
    if is_outside(facts, team):
        return Role.GUEST
    # In an organisation, TICKETS_ADMINS may name a person by their organisation-wide id, which begins with W.
    return Role.ADMIN if admins & {user_id, facts["enterprise_id"]} else Role.ENGINEER


def name_of(user_id: str, facts: Json) -> str:
    return str(next(iter(facts[NAMES]), user_id))


def are_current(facts: Json) -> bool:
    """Whether `facts` have all the keys that this version of `read_facts` writes."""
    return facts.keys() >= read_facts({}).keys()


def same_facts(one: Json, other: Json) -> bool:
    """Whether two sets of facts are equal, apart from `updated`."""
    return {**one, "updated": 0} == {**other, "updated": 0}


def _as_dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _as_float(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0
