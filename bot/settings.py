"""Reads the environment, and is the only module that does: Slack's and OpenAI's usual variables, and `TICKETS_*`."""

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
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

import prompts

Order = Literal["auto", "llm", "rules"]
ENV_FILE = Path(".env")
TRIAL_STORE = "data/local.json"  # for the local workspace, so that trials stay out of the team's tickets

USER_ID = re.compile(r"[UW][A-Z0-9]+")
_DAYS = re.compile(r"([1-9][0-9]{0,4})d")
_MIN_KEEP_DAYS = 7  # days; the store needs its history this long to recognise repeated requests
_USUAL_PORT = ":5432"  # PostgreSQL's
_HOST = re.compile(r"(?:\[[^\]]*\]|[^:]*)(?::\d+$)?")  # with its port; what is no port may be of a password
_OUR_VARIABLES = re.compile(r"(?:SLACK|TICKETS?)_\w+")
# Kubernetes sets these by itself for a service named "tickets".
_KUBERNETES = re.compile(r"TICKETS_(?:SERVICE_(?:HOST|PORT)\w*|PORT_\d+_\w+)|TICKETS_PORT(?==tcp://)")


class SettingsError(Exception):
    """The settings are invalid. The text has one line per error that says what would be valid, and shows no secret."""


class Settings(BaseModel):
    """A field is set by its alias, or by `TICKETS_` and its name."""

    model_config = ConfigDict(hide_input_in_errors=True)

    slack_bot_token: SecretStr | None = Field(None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(None, validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(None, validation_alias="SLACK_SIGNING_SECRET")
    slack_api_url: str = Field("https://slack.com/api/", validation_alias="SLACK_API_URL")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(3000, validation_alias="PORT")

    openai_api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(None, validation_alias="OPENAI_BASE_URL")

    host: str = "0.0.0.0"  # noqa: S104  # Slack's HTTP requests come from outside
    health_port: Annotated[int, Field(ge=0, le=65535)] | None = None  # a port for /healthz and /readyz alone
    log: Literal["text", "json"] = "text"
    store: str = "data/tickets.json"
    keep_done: timedelta | None = None  # how long to keep the history of done tickets; None: for ever
    admins: frozenset[str] = frozenset()
    timezone: str = "UTC"
    reactions: bool = True  # whether the bot acts on 🎫, 👀 and ✅ reactions
    parser: Order = "auto"
    model: str = "gpt-6-luna"
    reasoning: str = "none"  # "" omits the parameter
    prompt: str = "parse"
    deadline: Annotated[float, Field(gt=0, le=120)] = 8.0  # seconds for the whole model call
    daily_tokens: Annotated[int, Field(ge=0)] = 200_000
    local_port: Annotated[int, Field(ge=0, le=65535)] = 3210

    @model_validator(mode="before")
    @classmethod
    def _drop_blanks(cls, given: dict[str, Any]) -> dict[str, Any]:
        """A blank setting counts as unset. Only TICKETS_REASONING may be empty."""
        tidy = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
        return {name: value for name, value in tidy.items() if value != "" or name == "reasoning"}

    @model_validator(mode="after")
    def _use_trial_store(self) -> Self:
        if not self.in_slack and "store" not in self.model_fields_set:
            self.store = TRIAL_STORE
        return self

    @field_validator("admins", mode="before")
    @classmethod
    def _split_admins(cls, value: Any) -> Any:
        return value.replace(",", " ").split() if isinstance(value, str) else value

    @field_validator("admins")
    @classmethod
    def _check_user_ids(cls, ids: frozenset[str]) -> frozenset[str]:
        if any(not USER_ID.fullmatch(one) for one in ids):
            raise ValueError(
                "must be Slack member ids such as U012AB3CD, separated by commas (in Slack: a person's profile, ⋮, Copy member ID)"
            )
        return ids

    @field_validator("keep_done", mode="before")
    @classmethod
    def _parse_days(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        found = _DAYS.fullmatch(value)
        if found is None or int(found[1]) < _MIN_KEEP_DAYS:
            raise ValueError(f"must be a number of days, at least {_MIN_KEEP_DAYS}, such as 365d")
        return timedelta(days=int(found[1]))

    @field_validator("timezone")
    @classmethod
    def _check_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("must be a time zone's name, such as Europe/Berlin") from None
        return name

    @field_validator("prompt")
    @classmethod
    def _check_prompt(cls, name: str) -> str:
        if name not in prompts.names():
            raise ValueError(f"must be one of {', '.join(prompts.names())}")
        return name

    @field_validator("store")
    @classmethod
    def _expand_tilde(cls, path: str) -> str:
        return str(Path(path).expanduser()) if path.startswith("~") else path

    @field_validator("slack_api_url", "openai_base_url")
    @classmethod
    def _check_url(cls, url: str | None) -> str | None:
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
    def _normalize_slack_url(cls, url: str) -> str:
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
        """Whether any Slack token is set. Without one the bot runs in the local workspace only."""
        return bool(self.slack_bot_token or self.slack_app_token)

    @property
    def store_location(self) -> str:
        """Where the tickets are, safe to print: an absolute path, or a URL without user, password, query and usual port."""
        if "://" not in self.store:
            return str(Path(self.store).absolute())
        scheme, _, rest = self.store.partition("://")
        # As PostgreSQL reads it: a password may hold a "?" or a "#", and ends before the first "/".
        authority, slash, path = rest.partition("/")
        place = (authority.rpartition("@")[2] + slash + path).partition("?")[0].rpartition("@")[2]
        hosts, slash, name = place.partition("/")
        shown = [
            found[0].removesuffix(_USUAL_PORT) for each in hosts.split(",") if (found := _HOST.match(each))
        ]
        return f"{scheme}://{','.join(shown)}{slash}{name}"

    def for_trial(self) -> Self:
        """These settings for the local workspace: with its own store, unless TICKETS_STORE names one."""
        return self if "store" in self.model_fields_set else self.model_copy(update={"store": TRIAL_STORE})

    def secrets(self) -> list[str]:
        """Every value that no log may show: tokens, keys, and the user, password and query of each URL. A database's user
        without a password is no secret, and is often called "tickets", a word that every log needs.
        """
        hidden = (self.slack_bot_token, self.slack_app_token, self.slack_signing_secret, self.openai_api_key)
        values = [one.get_secret_value() for one in hidden if one]
        for url in (self.slack_api_url, self.openai_base_url or "", self.store):
            parts = urlsplit(url) if "://" in url else None
            if parts:
                user = parts.netloc.rpartition("@")[0]
                values += [
                    "" if url == self.store and ":" not in user else user,
                    parts.password or "",
                    parts.query,
                ]
        return [value for value in values if value]

    def faults(self) -> list[str]:
        """What prevents the bot from running in Slack: one sentence per error, with its remedy."""
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


def _variable_name(place: tuple[int | str, ...]) -> str:
    field = str(place[0]) if place else ""
    return field if field.isupper() else f"TICKETS_{field.upper()}"


def _simplify_message(fault: str) -> str:
    """What pydantic says is wrong, as the other sentences are said."""
    told, _, _ = (
        fault.removeprefix("Value error, ").replace("Input should be", "must be").partition(", unable")
    )
    return told.replace("a valid boolean", "on or off").replace("a valid integer", "a whole number")


def _variables() -> dict[str, str]:
    """The name of each setting in the environment, by the key under which `Settings` takes it."""
    keys = (str(field.validation_alias or name) for name, field in Settings.model_fields.items())
    return {key: _variable_name((key,)) for key in keys}


def _read_file(env_file: Path | None) -> dict[str, str | None]:
    try:  # some editors begin a file with a byte order mark
        return dotenv_values(env_file, encoding="utf-8-sig") if env_file else {}
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable_error(env_file, error) from None


def load(env_file: Path | None = ENV_FILE, **given: Any) -> Settings:
    """The settings from the environment and `.env`, where names may be in small letters; `given` overrides both. Raises
    `SettingsError`.
    """
    values = {name.upper(): value for name, value in {**_read_file(env_file), **os.environ}.items()}
    found = {key: values[name] for key, name in _variables().items() if values.get(name) is not None}
    try:
        return Settings.model_validate(found | given)
    except ValidationError as error:
        lines = [
            f"{_variable_name(fault['loc'])}: {_simplify_message(fault['msg'])}."
            for fault in error.errors(include_input=False, include_url=False)
        ]
        raise SettingsError("\n".join(lines)) from None


def find_misspelt(env_file: Path | None = ENV_FILE, environment: Mapping[str, str] = os.environ) -> list[str]:
    """One sentence for each SLACK_* or TICKETS_* variable that is not a setting, with the nearest setting.

    SLACK_* variables that resemble no setting are ignored: they belong to another program. Raises `SettingsError`.
    """
    known = set(_variables().values())
    by_ending = {name.partition("_")[2] or name: name for name in sorted(known)}
    found = []
    for name, value in sorted({**_read_file(env_file), **environment}.items()):
        if not _OUR_VARIABLES.fullmatch(name) or name in known or _KUBERNETES.match(f"{name}={value}"):
            continue
        if nearest := get_close_matches(name.partition("_")[2], by_ending, n=1, cutoff=0.7):
            found.append(f"{name} is not a setting: did you mean {by_ending[nearest[0]]}?")
        elif name.startswith("TICKETS_"):
            found.append(f"{name} is not a setting: OPERATIONS.md lists those there are.")
    return found


def _unreadable_error(env_file: Path | None, error: Exception) -> SettingsError:
    if isinstance(error, UnicodeDecodeError):
        return SettingsError(f"{env_file} is not UTF-8 text: save it again in the encoding UTF-8.")
    return SettingsError(
        f"{env_file} cannot be read: {error.strerror if isinstance(error, OSError) else ''}."
    )
