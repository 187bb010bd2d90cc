"""The people and channels of a workspace, and the sample ones for newcomers and tests."""

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Kind = Literal["public", "private", "im"]

TEAM = "T0LOCAL"
OTHER_TEAM = "T0PARTNER"
BOT_USER = "U0TICKETS"
BOT_ID = "B0TICKETS"
APP = "A0TICKETS"
ENGINEER = "U0ENGINEER"
COLLEAGUE = "U0COLLEAGUE"
ADMIN = "U0ADMIN"
GUEST = "U0GUEST"
CONSULTANT = "U0CONSULTANT"
PARTNER = "U0PARTNER"
FORMER = "U0FORMER"
BUILD_BOT = "U0BUILDBOT"
SUPPORT = "C0SUPPORT"
PRIVATE = "C0PRIVATE"
SHARED = "C0SHARED"
LOBBY = "C0LOBBY"


@dataclass(frozen=True, slots=True)
class User:
    """`name` is what people type after `@`; `display_name` is what Slack shows, `name` by default."""

    id: str
    name: str
    real_name: str
    team_id: str = TEAM
    is_admin: bool = False
    is_restricted: bool = False  # a guest of several channels
    is_ultra_restricted: bool = False  # a guest of one channel
    is_stranger: bool = False  # from another organisation
    is_bot: bool = False
    deleted: bool = False
    bot_id: str = ""
    app_id: str = ""
    tz: str = "Europe/Paris"
    display_name: str = ""

    def shown(self) -> Json:
        """The user object of `users.info`. A deactivated person's has only a few fields."""
        profile: Json = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.display_name or self.name,
            "display_name_normalized": self.display_name or self.name,
            "team": self.team_id,
        }
        if self.bot_id:
            profile |= {"bot_id": self.bot_id, "api_app_id": self.app_id, "always_active": True}
        shown: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "profile": profile,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": 1_600_000_000,
        }
        if self.deleted:
            return shown
        shown |= {
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": "Central European Time",
            "tz_offset": 3600,
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
        }
        return shown | ({"is_stranger": True} if self.is_stranger else {})


@dataclass(slots=True)
class Channel:
    id: str
    name: str
    kind: Kind
    members: list[str] = field(default_factory=list)
    is_ext_shared: bool = False
    is_archived: bool = False
    created: int = 1_600_000_000

    @property
    def type(self) -> str:
        """The channel type in events."""
        return {"public": "channel", "private": "group", "im": "im"}[self.kind]

    @property
    def shown_name(self) -> str:
        """The channel name in interactions, where Slack does not reveal a private channel's."""
        return {"public": self.name, "private": "privategroup", "im": "directmessage"}[self.kind]

    def shown(self, requester: str) -> Json:
        """The channel object of `conversations.info`, as the user `requester` gets it."""
        common: Json = {
            "id": self.id,
            "created": self.created,
            "is_archived": self.is_archived,
            "is_im": self.kind == "im",
            "is_mpim": False,
            "is_channel": self.kind == "public",
            "is_group": self.kind == "private",
            "is_private": self.kind != "public",
            "is_ext_shared": self.is_ext_shared,
            "is_org_shared": False,
            "is_shared": self.is_ext_shared,
            "context_team_id": TEAM,
        }
        if self.kind == "im":
            others = [member for member in self.members if member != requester]
            return common | {
                "user": others[0] if others else requester,
                "is_user_deleted": False,
                "priority": 0,
            }
        return common | {
            "name": self.name,
            "name_normalized": self.name,
            "is_general": False,
            "is_member": requester in self.members,
            "is_pending_ext_shared": False,
            "creator": self.members[0] if self.members else "",
            "shared_team_ids": [TEAM, *([OTHER_TEAM] if self.is_ext_shared else [])],
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }


BOT = User(BOT_USER, "tickets", "Tickets", is_bot=True, bot_id=BOT_ID, app_id=APP)


def sample_users() -> list[User]:
    """One user of each kind that the product distinguishes, named after it."""
    return [
        BOT,
        User(ENGINEER, "engineer", "Erin Engineer"),
        User(COLLEAGUE, "colleague", "Cole Colleague"),
        User(ADMIN, "admin", "Ada Admin", is_admin=True),
        User(GUEST, "guest", "Gus Guest", is_restricted=True, is_ultra_restricted=True),
        User(CONSULTANT, "consultant", "Connie Consultant", is_restricted=True),
        User(PARTNER, "partner", "Pat Partner", team_id=OTHER_TEAM, is_stranger=True),
        User(FORMER, "former", "Fran Former", deleted=True),
        User(BUILD_BOT, "buildbot", "Build Bot", is_bot=True, bot_id="B0BUILDBOT", app_id="A0BUILDBOT"),
    ]


def sample_channels() -> list[Channel]:
    """A public channel, a private one, one shared with another organisation, and one without the bot."""
    staff = [ENGINEER, COLLEAGUE, ADMIN]
    return [
        Channel(SUPPORT, "support", "public", [*staff, GUEST, CONSULTANT, BUILD_BOT, BOT_USER]),
        Channel(PRIVATE, "private", "private", [ENGINEER, ADMIN, CONSULTANT, BOT_USER]),
        Channel(SHARED, "shared", "public", [*staff, PARTNER, BOT_USER], is_ext_shared=True),
        Channel(LOBBY, "lobby", "public", list(staff)),
    ]
