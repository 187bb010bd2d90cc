"""Builds the one statement of a write: it claims the key, saves tickets and history, and updates counts. Pure.

If the key was used or a ticket was changed meanwhile, the statement writes and returns nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg.sql import SQL, Composed

from store import commands
from store.ids import format_id, number_of
from store.models.tickets import Change, MessageRef, MessageUsage, Origin, Record
from store.postgres.connection.statements import BoundStatement
from store.postgres.rows import AUDIENCE, change_row, changed_row, ticket_row, to_json
from store.protocol import KEY_LIFETIME

# A key belongs to the first commit that claims it, until it expires.
_OLDEST: Final = SQL("greatest(%(at)s::double precision, (SELECT max(at) FROM keys)) - %(lifetime)s")
USED: Final = SQL("SELECT commit FROM keys WHERE key = %(key)s AND at >= {}").format(_OLDEST)
_CLAIM: Final = SQL("""
    INSERT INTO keys AS k (key, commit, at) SELECT %(key)s::text, %(commit)s::uuid, %(at)s::double precision WHERE {}
    ON CONFLICT (key) DO UPDATE SET commit = excluded.commit, at = excluded.at
    WHERE k.at < {} RETURNING key""")
CLAIM_KEY: Final = _CLAIM.format(SQL("true"), _OLDEST)

# A message's ticket is found by these columns, which have an index, and then by the origin itself.
OF_MESSAGE: Final = SQL("""
    NOT deleted AND origin::json ->> 'message' = %(message)s AND (
        (origin_channel = %(channel)s AND origin_message = %(message)s AND origin_message <> '')
        OR (origin_channel = %(channel)s AND origin_thread = %(message)s AND origin_message = ''))""")
# Whoever takes the same lock at the same moment waits here until this transaction ends, and sees in its next statement what
# this one wrote. A row that is there already is locked, but not written. Locks expire like keys.
LOCK: Final = """
    INSERT INTO keys (key, commit, at) VALUES (%(lock)s, %(commit)s, %(at)s)
    ON CONFLICT (key) DO UPDATE SET at = keys.at WHERE false"""
_WITH_NEXT_NUMBER: Final = SQL("""
    claimed AS ({}),
    counter AS (UPDATE counters SET value = value + 1 WHERE name = 'tickets' AND EXISTS (SELECT FROM claimed)
        RETURNING value AS next)""")
_IF_FIRST: Final = _CLAIM.format(SQL("NOT EXISTS (SELECT FROM tickets WHERE {})").format(OF_MESSAGE), _OLDEST)
# Nothing is written unless all tickets are still at the versions that were read.
_IF_UNCHANGED: Final = SQL("""
    same AS (SELECT tickets.private, tickets.channel, tickets.stat, tickets.pri, tickets.cat, tickets.deleted,
            CASE WHEN steps.words IS NULL THEN '' ELSE tickets.words END AS words
        FROM tickets JOIN steps USING (number) WHERE tickets.version = steps.version - 1
        ORDER BY number FOR UPDATE OF tickets),
    claimed AS ({})""").format(
    _CLAIM.format(SQL("(SELECT count(*) FROM same) = (SELECT count(*) FROM steps)"), _OLDEST)
)
_WITH_GIVEN_NUMBERS: Final = SQL("""
    claimed AS (SELECT key FROM keys WHERE key = %(key)s AND commit = %(commit)s),
    counter AS (UPDATE counters SET value = greatest(value, %(newest)s) WHERE name = 'tickets' AND EXISTS (SELECT FROM claimed)
        RETURNING value)""")
_INSERT: Final = SQL("""
    INSERT INTO tickets (number, version, ticket, origin, reported_by, created_at, changed_at, closed_at, started_by,
        stat, pri, cat, channel, private, deleted, origin_channel, origin_thread, origin_message, words)
    SELECT {number}, version, ticket, origin, reported_by, created_at, changed_at, closed_at, started_by,
        stat, pri, cat, channel, private, deleted, origin_channel, origin_thread, origin_message, array_to_tsvector(words)
    FROM steps, {after} RETURNING number, NULL, NULL, NULL""")
_UPDATE: Final = SQL("""
    UPDATE tickets SET version = it.version, ticket = it.ticket, changed_at = it.changed_at, closed_at = it.closed_at,
        started_by = it.started_by, stat = it.stat, pri = it.pri, cat = it.cat, channel = it.channel,
        private = it.private, deleted = it.deleted, words = coalesce(array_to_tsvector(it.words), tickets.words)
    FROM steps AS it, {after} WHERE tickets.number = it.number
    RETURNING tickets.number, card_channel, card_ts, card_thread""")
_NEW: Final = SQL("SELECT {audience}, stat, pri, cat, array_to_tsvector(words), 1 FROM steps, {after}")
# If a text is unchanged, its words are left out of both rows: their counts stay the same.
_CHANGED: Final = SQL("""
    SELECT {audience}, stat, pri, cat, words, -1 FROM same, {after} WHERE NOT deleted
    UNION ALL SELECT {audience}, stat, pri, cat, coalesce(array_to_tsvector(words), ''), 1 FROM steps, {after} WHERE NOT deleted""")
_COUNT_USAGE: Final = SQL("""
    INSERT INTO usage AS u (day, slot, messages, by_rules, calls, tokens)
    SELECT %(day)s::date, pg_backend_pid() %% 16, 1, %(by_rules)s::bigint, %(calls)s::bigint, %(tokens)s::bigint FROM {}
    ON CONFLICT (day, slot) DO UPDATE SET messages = u.messages + 1, by_rules = u.by_rules + excluded.by_rules,
        calls = u.calls + excluded.calls, tokens = u.tokens + excluded.tokens""")
_SAVE: Final = SQL("""
    WITH steps AS (SELECT * FROM json_to_recordset(%(steps)s) AS step (number bigint, version integer, ticket text, origin text,
            reported_by text, created_at double precision, changed_at double precision, closed_at double precision,
            started_by text, stat text, pri smallint, cat text, channel text, private boolean, deleted boolean,
            origin_channel text, origin_thread text, origin_message text, words text[], user_id text, undoes integer, change text)),
    {claimed},
    saved AS ({saved}),
    logged AS (INSERT INTO changes (number, version, commit, user_id, undoes, change)
        SELECT {number}, version, %(commit)s::uuid, user_id, undoes, change FROM steps, {after}),
    counted AS (INSERT INTO count_deltas (audience, stat, pri, cat, words, delta) {counted}){and_more}
    SELECT * FROM saved""")
# Moves the rows of `count_deltas` into `counts` and `terms`, unless another process is doing so.
COUNT: Final = """
    WITH mine AS (SELECT FROM counters WHERE name = 'counting' FOR UPDATE SKIP LOCKED),
    deltas AS (DELETE FROM count_deltas WHERE EXISTS (SELECT FROM mine) RETURNING audience, stat, pri, cat, words, delta),
    kinds AS (INSERT INTO counts AS c (audience, stat, pri, cat, count)
        SELECT audience, stat, pri, cat, sum(delta) FROM deltas GROUP BY audience, stat, pri, cat HAVING sum(delta) <> 0
        ON CONFLICT (audience, stat, pri, cat) DO UPDATE SET count = c.count + excluded.count)
    INSERT INTO terms AS t (term, audience, count)
    SELECT term, audience, sum(delta) FROM deltas, unnest(tsvector_to_array(words)) AS term
        GROUP BY term, audience HAVING sum(delta) <> 0 ORDER BY term, audience
    ON CONFLICT (term, audience) DO UPDATE SET count = t.count + excluded.count"""


_MARK_UNDONE: Final = SQL("""
    UPDATE changes SET undone_by = it.undone_by FROM unnest(%(targets)s::integer[], %(undone_by)s::integer[])
        AS it (version, undone_by)
    WHERE changes.number = %(number)s AND changes.version = it.version AND changes.undone_by IS DISTINCT FROM it.undone_by
    AND EXISTS (SELECT FROM changes AS undoing WHERE undoing.commit = %(commit)s)""")


class Step(NamedTuple):
    """A ticket before and after a write; `change` is None if the ticket stays the same."""

    before: Record | None
    change: Change | None
    after: Record


def count_usage_after(source: str) -> Composed:
    """Adds a message's usage once for each row of `source`; takes the values of `usage_row`."""
    return _COUNT_USAGE.format(SQL(source))


def _statements(
    claimed: Composed | SQL, number: str, after: str, saved: SQL, counted: SQL
) -> tuple[bytes, bytes]:
    """The statement without and with counting usage, composed only once because psycopg is slow at that."""
    parts = {"claimed": claimed, "number": SQL(number), "after": SQL(after), "audience": AUDIENCE}
    parts |= {"saved": saved.format(**parts), "counted": counted.format(**parts)}
    spent = SQL(", spent AS ({})").format(count_usage_after(after))
    plain, counting = (_SAVE.format(**parts, and_more=each) for each in (SQL(""), spent))
    return plain.as_bytes(), counting.as_bytes()


# Each returns the number and the card of every saved ticket.
# Creates one ticket with the next number.
CREATE: Final = _statements(_WITH_NEXT_NUMBER.format(CLAIM_KEY), "next", "counter", _INSERT, _NEW)
# The same, if its message has no ticket; after `LOCK`.
CREATE_ONCE: Final = _statements(_WITH_NEXT_NUMBER.format(_IF_FIRST), "next", "counter", _INSERT, _NEW)
# Changes tickets, if none was changed since it was read.
UPDATE: Final = _statements(_IF_UNCHANGED, "number", "claimed", _UPDATE, _CHANGED)
# Creates tickets with given numbers, after `CLAIM_KEY` in the same transaction.
IMPORT: Final = _statements(_WITH_GIVEN_NUMBERS, "number", "counter", _INSERT, _NEW)


def claim_row(origin: Origin, commit: UUID) -> dict[str, Any]:
    """The values of `CLAIM_KEY`. Without an idempotency key the commit's id is the key, so that a retry sees whether an
    attempt that lost its connection had been committed."""
    key = origin.idempotency_key or str(commit)
    return {"key": key, "commit": commit, "at": origin.timestamp, "lifetime": KEY_LIFETIME}


def message_row(origin: Origin) -> dict[str, Any]:
    """The values of `LOCK` and `OF_MESSAGE`, beside those of `claim_row`."""
    channel, message = origin.channel, origin.message
    return {"channel": channel, "message": message, "lock": f"ticket of {channel} {message}"}


def usage_row(usage: MessageUsage) -> dict[str, Any]:
    by_rules = int(usage.parsed_by == "rules")
    return {"day": usage.day, "by_rules": by_rules, "calls": usage.calls, "tokens": usage.tokens}


def save(
    statements: tuple[bytes, bytes], steps: Sequence[Step], origin: Origin, commit: UUID
) -> BoundStatement:
    """One of `CREATE`, `UPDATE` and `IMPORT` with its values. Without a change in `steps` it raises `ValueError`."""
    made = [(step, step.change, number_of(step.after.ticket.id)) for step in steps if step.change]
    rows = [_ticket_row(number, step) | change_row(number, change, origin) for step, change, number in made]
    values = (
        claim_row(origin, commit) | message_row(origin) | (usage_row(origin.usage) if origin.usage else {})
    )
    newest = max(number for _, _, number in made)
    return statements[origin.usage is not None], values | {"steps": to_json(rows), "newest": newest}


def _ticket_row(number: int, step: Step) -> dict[str, Any]:
    if step.before is None:
        return ticket_row(number, step.after)
    return changed_row(number, step.before, step.after)


def mark_undone(steps: Sequence[Step], commit: UUID, changes: Sequence[Change]) -> list[BoundStatement]:
    """Updates `undone_by` of the changes of a ticket; undoing an undoing may alter several."""
    made = [step.change for step in steps if step.change and step.change.undoes is not None]
    if not made:
        return []
    undone = commands.undone_versions([*changes, *made])
    targets = sorted({each.undoes for each in (*changes, *made) if each.undoes is not None})
    values = {
        "number": number_of(made[0].ticket_id),
        "commit": commit,
        "targets": targets,
        "undone_by": [undone.get(target) for target in targets],
    }
    return [(_MARK_UNDONE, values)]


def with_number(step: Step, number: int) -> Step:
    """The step of a new ticket with the number that it got, which may differ from the guessed one."""
    ticket_id, ticket = format_id(number), step.after.ticket
    if ticket.id == ticket_id:
        return step
    record = replace(step.after, ticket=ticket.model_copy(update={"id": ticket_id}))
    return Step(None, step.change and replace(step.change, ticket_id=ticket_id), record)


def with_card(step: Step, cards: Mapping[int, MessageRef | None]) -> Step:
    """The step with the current card, which may have been set after the ticket was read."""
    card = cards.get(number_of(step.after.ticket.id), step.after.card)
    return step if card == step.after.card else step._replace(after=replace(step.after, card=card))
