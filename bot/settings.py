"""The only place that reads the environment: Slack's and OpenAI's settings under their usual names, the rest `TICKETS_*`."""

from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

Order = Literal["auto", "llm", "rules"]


class SettingsError(Exception):
    """The settings do not make sense; one line each, saying what would. Never shows a value that is a secret."""


class _Emptied(PydanticBaseSettingsSource):
    """`TICKETS_REASONING=` says that nothing is to be sent; any other setting that is empty is one that is not given."""

    def __init__(self, settings: type[BaseSettings], source: EnvSettingsSource) -> None:
        super().__init__(settings)
        self._source = source

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002  # its interface
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        return {"reasoning": ""} if self._source().get("reasoning") == "" else {}


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=".env",
        env_prefix="TICKETS_",
        extra="ignore",
        hide_input_in_errors=True,
        env_ignore_empty=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # there are no files of secrets
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        env = EnvSettingsSource(settings_cls, env_ignore_empty=False)
        file = getattr(dotenv_settings, "env_file", None)
        dotenv = DotEnvSettingsSource(settings_cls, env_file=file, env_ignore_empty=False)
        return (
            init_settings,
            env_settings,
            _Emptied(settings_cls, env),
            dotenv_settings,
            _Emptied(settings_cls, dotenv),
        )

    slack_bot_token: SecretStr | None = Field(None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(None, validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(None, validation_alias="SLACK_SIGNING_SECRET")
    slack_api_url: str = Field("https://slack.com/api/", validation_alias="SLACK_API_URL")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(3000, validation_alias="PORT")

    openai_api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(None, validation_alias="OPENAI_BASE_URL")

    host: str = "0.0.0.0"  # noqa: S104  # where HTTP is served: Slack comes from outside
    store: str = "data/tickets.json"
    admins: Annotated[frozenset[str], NoDecode] = frozenset()
    timezone: str = "UTC"
    parser: Order = "auto"
    model: str = "gpt-6-luna"
    reasoning: str = "none"
    prompt: str = "parse"
    deadline: Annotated[float, Field(gt=0, le=120)] = 8.0  # seconds around the whole model call
    daily_tokens: Annotated[int, Field(ge=0)] = 200_000
    local_port: Annotated[int, Field(ge=0, le=65535)] = 3210

    @field_validator("admins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return value.replace(",", " ").split() if isinstance(value, str) else value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("must be a time zone's name, such as Europe/Berlin") from None
        return name

    @field_validator("slack_api_url")
    @classmethod
    def _ends_in_slash(cls, url: str) -> str:
        return url.rstrip("/") + "/"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def has_model(self) -> bool:
        return self.parser != "rules" and bool(self.openai_api_key or self.openai_base_url)

    def faults(self) -> list[str]:
        """What keeps the bot from running in Slack, one sentence each with its remedy."""
        found = []
        bot = self.slack_bot_token.get_secret_value() if self.slack_bot_token else ""
        app = self.slack_app_token.get_secret_value() if self.slack_app_token else ""
        if bot and not bot.startswith("xoxb-"):
            found.append(
                "SLACK_BOT_TOKEN is not a bot token: take the one that starts with xoxb- from OAuth & Permissions."
            )
        if app and not app.startswith("xapp-"):
            found.append(
                "SLACK_APP_TOKEN is not an app token: take the one that starts with xapp- from Basic Information."
            )
        if app and not bot:
            found.append(
                "SLACK_BOT_TOKEN is missing: it starts with xoxb- and stands under OAuth & Permissions."
            )
        if bot and not app and not self.slack_signing_secret:
            found.append(
                "SLACK_SIGNING_SECRET is missing: without SLACK_APP_TOKEN (Socket Mode) Slack's requests over HTTP are "
                "checked with it; it stands under Basic Information."
            )
        return found


def _name(place: tuple[int | str, ...]) -> str:
    field = str(place[0]) if place else ""
    return field if field.isupper() else f"TICKETS_{field.upper()}"


def load(env_file: Path | None = Path(".env"), **given: Any) -> Settings:
    """The settings of the environment and `.env`, with `given` over both. Raises `SettingsError`."""
    try:
        return Settings(_env_file=env_file, **given)
    except ValidationError as error:
        lines = [
            f"{_name(fault['loc'])}: {fault['msg']}."
            for fault in error.errors(include_input=False, include_url=False)
        ]
        raise SettingsError("\n".join(lines)) from None
