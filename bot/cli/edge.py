"""Where errors become one sentence and exit code 1."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import click

from bot import settings as configured
from bot.settings import Settings, SettingsError
from store.protocol import StoreError

T = TypeVar("T")


def run(job: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(job)
    except (SettingsError, StoreError) as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        raise click.exceptions.Exit(1) from None


def settings(**given: Any) -> Settings:
    try:
        return configured.load(**given)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
