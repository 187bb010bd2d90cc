"""The errors that the store raises."""

# The remedy for files that one may not reach, read or write.
RUN_AS_BOT = "run this as the user that the bot runs as"


class StoreError(Exception):
    """Something the store cannot do; the message is one clear sentence for the person who caused it. `uncertain`: the store did
    not answer a write, so that it may be durable all the same."""

    uncertain = False


class NotFoundError(StoreError):
    """The ticket or delivery does not exist, or the ticket is deleted."""

    def __init__(self, ticket_id: str) -> None:
        self.ticket_id = ticket_id
        super().__init__(f"There is no {ticket_id}.")


class ConflictError(StoreError):
    """A later change touched the same field, so nothing was changed."""


class NothingToUndoError(StoreError):
    """There is no such change, or it is already undone."""


class MissingError(StoreError):
    """There is no store at the path."""

    def __init__(self, path: str) -> None:
        super().__init__(f"there is no {path}")


class LockedError(StoreError):
    """Another process has the store open."""


class DamagedError(StoreError):
    """A file does not hold what was written. `where` says where it is damaged; the message adds what to do."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"{where}; `tickets restore` brings back a backup, `tickets restore --salvage` what can still be read"
        )


class UnavailableError(StoreError):
    """The store does not answer at the moment. Nothing is wrong with the request."""


class NewerVersionError(StoreError):
    """A newer version of this program wrote the files. They are not damaged, but this version cannot read them."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was written by a newer version of this program; upgrade this one")


class UnwritableError(StoreError):
    """A write was not acknowledged and, unless this is `uncertain`, was rolled back."""
