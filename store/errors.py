"""What the store raises: every message is one clear sentence for the person who caused it."""


class StoreError(Exception):
    """Something the store cannot do; the message is one clear sentence for the person who caused it."""


class NotFoundError(StoreError):
    """There is no such ticket (now), or no such delivery."""

    def __init__(self, ticket_id: str) -> None:
        self.ticket_id = ticket_id
        super().__init__(ticket_id)


class ConflictError(StoreError):
    """Somebody changed the same field since; nothing was changed."""


class NothingToUndoError(StoreError):
    """No such change, or none of this person's."""


class LockedError(StoreError):
    """Another process has the store open."""


class DamagedError(StoreError):
    """What is on disk is not what was written; says where, and the way out."""


class UnavailableError(StoreError):
    """The store does not answer at the moment; nothing is wrong with what was asked."""


class NewerVersionError(StoreError):
    """What is on disk was written by a newer version of this program: nothing is damaged, and this one cannot read it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was written by a newer version of this program; upgrade this one")


class UnwritableError(StoreError):
    """A write did not become durable: it is not acknowledged and was rolled back. `uncertain`: the store did not say so, and
    it may turn out to have become durable all the same."""

    uncertain = False
