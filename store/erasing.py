"""One person's id, names and words, taken out of a database for good: as `store.backup.erasing` does with a file."""

from collections.abc import Iterable
from dataclasses import replace

from store.backup import Done
from store.backup.erasing import Cleaner
from store.contents import Contents
from store.errors import StoreError
from store.transfer.columns import Progress, ignore_progress


async def erase_from_database(
    address: str,
    user_id: str,
    names: Iterable[str],
    now: float,
    *,
    by: str,
    progress: Progress = ignore_progress,
) -> Done:
    """Rewrite what is in the database without the person, in one transaction, for which everybody else waits. What is
    temporary goes too, such as questions that were not answered. Raises `StoreError`, also while accepted messages wait.

    The table `erasures` keeps that it was done `now` (seconds since 1970) and `by` whom, and not of whom.
    """
    from store.postgres import PostgresStore  # noqa: PLC0415  # its driver is an extra

    store = await PostgresStore.open(address)
    try:
        clean = await store.erase(
            lambda contents: without_person(contents, user_id, names), now, by, progress
        )
    finally:
        await store.close()
    counts = clean.counts()
    return Done("the database", counts["tickets"], counts["changes"])


def without_person(contents: Contents, user_id: str, names: Iterable[str]) -> Contents:
    """Pure. Raises `StoreError` where something that was accepted is not done."""
    if any(row["state"] != "done" for row in contents.deliveries):
        raise StoreError("Accepted messages are not done: start the bot, and stop it when they are.")
    cleaner = Cleaner(user_id, names, [row for commit in contents.commits for row in commit])
    return replace(
        contents,
        commits=[[cleaner.clean(row) for row in commit] for commit in contents.commits],
        deliveries=[],
        undo_lines={},
        choices={},
        people={one: row for one, row in contents.people.items() if one != user_id},
    )
