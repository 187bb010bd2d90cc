"""App Home: tickets by priority, with filters and pages."""

from collections.abc import Mapping
from typing import Any

from bot.actions import ME, View
from bot.results import Outcome
from bot.views import blocks, controls
from bot.views import text as words
from bot.views.controls.buttons import new_button
from bot.views.lists.message import page_buttons, page_number
from bot.views.lists.rows import row
from store.models.tickets import Category, Priority, Status

CALLBACK = "home"
QUEUE = (Status.OPEN, Status.PROG)
ANY = "any"
_STATUSES = {
    "queue": ("Open and in progress", QUEUE),
    "open": ("Open", (Status.OPEN,)),
    "prog": ("In progress", (Status.PROG,)),
    "done": ("Done", (Status.DONE,)),
}
_WHOSE = {ANY: "Everybody’s", "mine": "Mine", "started": "Started by me"}


def home(
    outcome: Outcome,
    links: Mapping[str, str] = words.NO_NAMES,
    names: Mapping[str, str] = words.NO_NAMES,
) -> dict[str, Any]:
    """Render `outcome`. The filters are preset to its `query`."""
    query = outcome.query or View(stat=QUEUE)
    total = words.count(outcome.count, more=outcome.more)
    where = page_number(outcome)
    shown: list[blocks.Block | None] = [
        blocks.header("Tickets", "home.title"),
        blocks.actions("home.new", [new_button()]),
        _filters(query),
        blocks.context("home.count", words.dotted(total, where)),
        *(_queue(outcome, links, names) if outcome.records else [_empty(query)]),
        page_buttons(outcome, controls.HOME_PAGE, "home.pages"),
    ]
    return {"type": "home", "callback_id": CALLBACK, "blocks": [block for block in shown if block]}


def first_query() -> View:
    """The query with which App Home opens."""
    return View(stat=QUEUE)


def read_filters(view_state: Mapping[str, Any]) -> View:
    """The query that App Home's filters ask for; `view_state` is `view["state"]`. Anything that is not one of our filters
    is ignored.
    """
    chosen = _chosen(view_state)
    _, stat = _STATUSES.get(chosen.get("stat", ""), _STATUSES["queue"])
    pri, cat = chosen.get("pri"), chosen.get("cat")
    return View(
        stat=stat,
        pri=(Priority(int(pri)),) if pri in ("1", "2", "3") else None,
        cat=(Category(cat),) if cat in set(Category) else None,
        mine=True if chosen.get("whose") == "mine" else None,
        started_by=ME if chosen.get("whose") == "started" else None,
    )


def _filters(query: View) -> blocks.Block:
    """The block's id contains the presets, because Slack keeps a person's earlier choice while the id stays the same."""
    asked = frozenset(query.stat or QUEUE)
    status = next((name for name, (_, them) in _STATUSES.items() if frozenset(them) == asked), "queue")
    statuses = [blocks.option(label, name) for name, (label, _) in _STATUSES.items()]
    priorities = [blocks.option("Any priority", ANY)]
    priorities += [blocks.option(words.priority(one), str(one.value)) for one in Priority]
    categories = [blocks.option("Any category", ANY)]
    categories += [blocks.option(words.CATEGORIES[one], one.value) for one in Category]
    people = [blocks.option(label, name) for name, label in _WHOSE.items()]
    priority = str(query.pri[0].value) if query.pri and len(query.pri) == 1 else ANY
    category = query.cat[0].value if query.cat and len(query.cat) == 1 else ANY
    whose = "mine" if query.mine else "started" if query.started_by else ANY
    name = controls.HOME_FILTER
    return blocks.actions(
        f"home.filters.{status}.{priority}.{category}.{whose}",
        [
            blocks.select(f"{name}.stat", "Status", statuses, status),
            blocks.select(f"{name}.pri", "Priority", priorities, priority),
            blocks.select(f"{name}.cat", "Category", categories, category),
            blocks.select(f"{name}.whose", "Whose", people, whose),
        ],
    )


def _queue(outcome: Outcome, links: Mapping[str, str], names: Mapping[str, str]) -> list[blocks.Block]:
    """The rows, with a heading above each priority."""
    shown: list[blocks.Block] = []
    before: Priority | None = None
    for record in outcome.records:
        urgency = record.ticket.pri
        if urgency is not before and record.ticket.stat is not Status.DONE:
            shown.append(blocks.context(f"home.pri.{len(shown)}", f"*{words.priority(urgency)}*"))
            before = urgency
        shown += row(record, outcome, links.get(record.ticket.id, ""), names, marked=False)
    return shown


def _empty(query: View) -> blocks.Block:
    everything = query == View(stat=QUEUE)
    told = "No open tickets." if everything else "No tickets match these filters."
    return blocks.rich("home.empty", blocks.line(blocks.run(told)))


def _chosen(view_state: Mapping[str, Any]) -> dict[str, str]:
    values = view_state.get("values")
    chosen: dict[str, str] = {}
    for inputs in values.values() if isinstance(values, Mapping) else ():
        for action_id, given in inputs.items() if isinstance(inputs, Mapping) else ():
            selected = given.get("selected_option") if isinstance(given, Mapping) else None
            value = selected.get("value") if isinstance(selected, Mapping) else None
            prefix, _, part = str(action_id).rpartition(".")
            if prefix == controls.HOME_FILTER and isinstance(value, str):
                chosen[part] = value
    return chosen
