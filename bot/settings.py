"""The only place that reads the environment: Slack's and OpenAI's settings under their usual names, the rest `TICKETS_*`."""

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

import prompts

Order = Literal["auto", "llm", "rules"]
ENV_FILE = Path(".env")
TRIAL_STORE = "data/local.json"  # of whoever tries the bot without Slack: apart from the team's tickets

USER_ID = re.compile(r"[UW][A-Z0-9]+")
_DAYS = re.compile(r"([1-9][0-9]{0,4})d")
_SHORTEST_KEPT = 7  # days: so long the store knows what it has done, so that nothing is done twice
_OURS = re.compile(r"(?:SLACK|TICKETS?)_\w+")
# What Kubernetes sets by itself for a service that is called "tickets".
_KUBERNETES = re.compile(r"TICKETS_(?:SERVICE_(?:HOST|PORT)\w*|PORT_\d+_\w+)|TICKETS_PORT(?==tcp://)")


class SettingsError(Exception):
    """The settings do not make sense; one line each, saying what would. Never shows a value that is a secret."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=ENV_FILE,
        env_file_encoding="utf-8-sig",  # with the byte order mark that some editors begin a file with
        env_prefix="TICKETS_",
        extra="ignore",
        hide_input_in_errors=True,
    )

    slack_bot_token: SecretStr | None = Field(None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(None, validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(None, validation_alias="SLACK_SIGNING_SECRET")
    slack_api_url: str = Field("https://slack.com/api/", validation_alias="SLACK_API_URL")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(3000, validation_alias="PORT")

    openai_api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(None, validation_alias="OPENAI_BASE_URL")

    host: str = "0.0.0.0"  # noqa: S104  # where HTTP is served: Slack comes from outside
    health_port: Annotated[int, Field(ge=0, le=65535)] | None = None  # a port for /healthz and /readyz alone
    log: Literal["text", "json"] = "text"
    store: str = "data/tickets.json"
    keep_done: timedelta | None = None  # how long the history of done tickets is kept; None for ever
    admins: Annotated[frozenset[str], NoDecode] = frozenset()
    timezone: str = "UTC"
    reactions: bool = True  # whether 🎫, 👀 and ✅ on messages ask for something
    parser: Order = "auto"
    model: str = "gpt-6-luna"
    reasoning: str = "none"  # "" leaves the parameter out
    prompt: str = "parse"
    deadline: Annotated[float, Field(gt=0, le=120)] = 8.0  # seconds around the whole model call
    daily_tokens: Annotated[int, Field(ge=0)] = 200_000
    local_port: Annotated[int, Field(ge=0, le=65535)] = 3210

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, given: dict[str, Any]) -> dict[str, Any]:
        """A blank setting is one that is not set. Only TICKETS_REASONING can be set to nothing."""
        tidy = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
        return {name: value for name, value in tidy.items() if value != "" or name == "reasoning"}

    @model_validator(mode="after")
    def _trial_has_its_own_store(self) -> Self:
        if not self.in_slack and "store" not in self.model_fields_set:
            self.store = TRIAL_STORE
        return self

    @field_validator("admins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return value.replace(",", " ").split() if isinstance(value, str) else value

    @field_validator("admins")
    @classmethod
    def _user_ids(cls, ids: frozenset[str]) -> frozenset[str]:
        if any(not USER_ID.fullmatch(one) for one in ids):
            raise ValueError(
                "must be Slack member ids such as U012AB3CD, separated by commas (in Slack: a person's profile, ⋮, Copy member ID)"
            )
        return ids

    @field_validator("keep_done", mode="before")
    @classmethod
    def _days(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        found = _DAYS.fullmatch(value)
        if found is None or int(found[1]) < _SHORTEST_KEPT:
            raise ValueError(f"must be a number of days, at least {_SHORTEST_KEPT}, such as 365d")
        return timedelta(days=int(found[1]))

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("must be a time zone's name, such as Europe/Berlin") from None
        return name

    @field_validator("prompt")
    @classmethod
    def _known_prompt(cls, name: str) -> str:
        if name not in prompts.names():
            raise ValueError(f"must be one of {', '.join(prompts.names())}")
        return name

    @field_validator("store")
    @classmethod
    def _without_tilde(cls, path: str) -> str:
        return str(Path(path).expanduser()) if path.startswith("~") else path

    @field_validator("slack_api_url", "openai_base_url")
    @classmethod
    def _web_address(cls, url: str | None) -> str | None:
        try:
            parts = urlsplit(url or "https://none")
            sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            sound = False
        if not sound:
            raise ValueError("must be a web address that begins with https:// or http://")
        return url

    @field_validator("slack_api_url")
    @classmethod
    def _ends_in_slash(cls, url: str) -> str:
        if "@" in urlsplit(url).netloc:
            raise ValueError("must hold no user name and password: Slack is shown the token alone")
        return url.rstrip("/") + "/"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def has_model(self) -> bool:
        return self.parser != "rules" and bool(self.openai_api_key or self.openai_base_url)

    @property
    def in_slack(self) -> bool:
        """Whether there is any token of Slack's: without one there is only the local workspace."""
        return bool(self.slack_bot_token or self.slack_app_token)

    @property
    def store_location(self) -> str:
        """Where the tickets are, as one may print it: an absolute path, or an address without what it hides."""
        if "://" not in self.store:
            return str(Path(self.store).absolute())
        parts = urlsplit(self.store)
        return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"

    def for_trial(self) -> Self:
        """The same for the local workspace: with a store of its own, unless TICKETS_STORE names one."""
        return self if "store" in self.model_fields_set else self.model_copy(update={"store": TRIAL_STORE})

    def secrets(self) -> list[str]:
        """Every value that no log may show: tokens, keys, and what an address holds beside host and path."""
        hidden = (self.slack_bot_token, self.slack_app_token, self.slack_signing_secret, self.openai_api_key)
        values = [one.get_secret_value() for one in hidden if one]
        for url in (self.slack_api_url, self.openai_base_url or "", self.store):
            parts = urlsplit(url) if "://" in url else None
            if parts:
                values += [parts.netloc.rpartition("@")[0], parts.password or "", parts.query]
        return [value for value in values if value]

    def faults(self) -> list[str]:
        """What keeps the bot from running in Slack, one sentence each with its remedy."""
        found = []
        bot = self.slack_bot_token.get_secret_value() if self.slack_bot_token else ""
        app = self.slack_app_token.get_secret_value() if self.slack_app_token else ""
        if bot and not bot.startswith("xoxb-"):
            found.append(
                "SLACK_BOT_TOKEN is not a bot token: use the one that starts with xoxb- from OAuth & Permissions."
            )
        if app and not app.startswith("xapp-"):
            found.append(
                "SLACK_APP_TOKEN is not an app token: use the one that starts with xapp- from Basic Information."
            )
        if not bot:
            found.append(
                "SLACK_BOT_TOKEN is missing: it starts with xoxb-; find it under OAuth & Permissions."
            )
        if bot and not app and not self.slack_signing_secret:
            found.append(
                "SLACK_SIGNING_SECRET is missing: without SLACK_APP_TOKEN (Socket Mode) Slack's requests over HTTP are "
                "checked with it; find it under Basic Information."
            )
        return found


def _name(place: tuple[int | str, ...]) -> str:
    field = str(place[0]) if place else ""
    return field if field.isupper() else f"TICKETS_{field.upper()}"


def _told(fault: str) -> str:
    """What pydantic says is wrong, as the other sentences are said."""
    told, _, _ = (
        fault.removeprefix("Value error, ").replace("Input should be", "must be").partition(", unable")
    )
    return told.replace("a valid boolean", "on or off").replace("a valid integer", "a whole number")


def load(env_file: Path | None = ENV_FILE, **given: Any) -> Settings:
    """The settings of the environment and `.env`, with `given` over both. Raises `SettingsError`."""
    try:
        return Settings(_env_file=env_file, **given)
    except ValidationError as error:
        lines = [
            f"{_name(fault['loc'])}: {_told(fault['msg'])}."
            for fault in error.errors(include_input=False, include_url=False)
        ]
        raise SettingsError("\n".join(lines)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(env_file, error) from None


def find_misspelt(env_file: Path | None = ENV_FILE, environment: Mapping[str, str] = os.environ) -> list[str]:
    """One sentence for each SLACK_* and TICKETS_* variable that is none of ours, with the nearest one that is.

    A SLACK_* variable that resembles none of ours belongs to another program. Raises `SettingsError`.
    """
    known = {_name((str(field.validation_alias or name),)) for name, field in Settings.model_fields.items()}
    try:
        filed = dotenv_values(env_file, encoding="utf-8-sig", interpolate=False) if env_file else {}
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(env_file, error) from None
    by_ending = {name.partition("_")[2] or name: name for name in sorted(known)}
    found = []
    for name, value in sorted({**filed, **environment}.items()):
        if not _OURS.fullmatch(name) or name in known or _KUBERNETES.match(f"{name}={value}"):
            continue
        if nearest := get_close_matches(name.partition("_")[2], by_ending, n=1, cutoff=0.7):
            found.append(f"{name} is not a setting: did you mean {by_ending[nearest[0]]}?")
        elif name.startswith("TICKETS_"):
            found.append(f"{name} is not a setting: OPERATIONS.md lists those there are.")
    return found


def _unreadable(env_file: Path | None, error: Exception) -> SettingsError:
    if isinstance(error, UnicodeDecodeError):
        return SettingsError(f"{env_file} is not UTF-8 text: save it again in the encoding UTF-8.")
    return SettingsError(
        f"{env_file} cannot be read: {error.strerror if isinstance(error, OSError) else ''}."
    )
