"""The journal is the history: in segments that compaction never rewrites, read by place, verified as a whole."""

import pytest

from store.errors import DamagedError
from store.file.disk.framing import frame, read_lines
from store.file.disk.journal import START, Journal
from store.file.disk.segment import Seal, encode_header
from store.file.store import FileStore
from store.models.tickets import ImportedTicket, NewTicket, Origin, Ticket
from store.serialization.codec import encode
from tests.store.factories import NOW, TODAY, count_tickets, new_ticket, origin
from tests.store.file.disks import RamDisk
from tests.store.file.workload import PATH, STEPS, content, content_of, open_at

SMALL = {"segment_size": 700, "compact_at": 1 << 30}


def segments_of(disk):
    return {path: inode.data for path, inode in sorted(disk.files.items()) if ".journal/" in path}


@pytest.fixture
async def filled() -> tuple[RamDisk, list]:
    """A closed store with several segments, and what it knows."""
    disk = RamDisk()
    store = await open_at(disk, **SMALL)
    for step in STEPS:
        await step(store)
    known = await content(store)
    await store.close()
    assert len(segments_of(disk)) > 3
    return disk, known


async def test_compaction_writes_no_segment_again(filled):
    disk, _ = filled
    before = {path: bytes(data) for path, data in segments_of(disk).items()}
    store = await open_at(disk, segment_size=700, compact_at=0)
    for number in range(30):
        await store.update("T001", {"res": f"step {number}"}, origin())
    await store.close()
    for path, data in before.items():
        assert bytes(disk.files[path].data).startswith(data)


async def test_a_closed_segment_ends_with_its_last_line(filled):
    disk, _ = filled
    assert all(data.endswith(b"\n") for data in segments_of(disk).values())


async def test_opening_reads_only_what_follows_the_snapshot(filled):
    disk, _ = filled
    read = []
    disk.before = lambda operation, path: read.append(path) if operation == "pread" else None
    store = await open_at(disk, **SMALL)
    newest = max(segments_of(disk))
    assert {path for path in read if ".journal/" in path} == {newest}
    await store.close()


async def test_every_change_is_read_again_from_its_segment(filled):
    disk, known = filled
    assert await content_of(disk) == known


async def test_damage_in_an_old_segment_is_found_when_it_is_read_and_by_verifying(filled):
    disk, _ = filled
    first = disk.files[f"{PATH}.journal/000001"].data
    first[first.index(b"API timeout")] ^= 1
    store = await open_at(disk, **SMALL)
    with pytest.raises(DamagedError, match=r"000001 is damaged \(byte \d+\)"):
        await store.history("T001")
    assert (await store.get("T001")) is not None
    with pytest.raises(DamagedError, match=r"000001 is damaged in line 2 \(byte \d+\)"):
        list(Journal(disk, f"{PATH}.journal").verify())
    await store.close()


async def test_verifying_reads_every_change_in_the_order_of_commits(filled):
    disk, _ = filled
    rows = [entry.row for entry in Journal(disk, f"{PATH}.journal").verify()]
    store = await open_at(disk)
    counts = {record.ticket.id: record.version for record in await store.scan()}
    assert {ticket_id: sum(row["id"] == ticket_id for row in rows) for ticket_id in counts} == counts
    assert [row["version"] for row in rows if row["id"] == "T001"] == list(range(1, counts["T001"] + 1))
    await store.close()


@pytest.mark.parametrize("change", ["shorter", "longer", "another", "missing"])
async def test_a_segment_that_is_not_what_the_next_one_sealed_is_damage(filled, change):
    disk, _ = filled
    files = segments_of(disk)
    second = files[f"{PATH}.journal/000002"]
    if change == "shorter":
        lines = read_lines(bytes(second), start=second.index(b"\n") + 1)
        del second[lines.lines[-1].offset :]
    elif change == "longer":
        del second[-40:]
    elif change == "another":
        second[:] = files[f"{PATH}.journal/000003"]
    else:
        del disk.files[f"{PATH}.journal/000002"]
    with pytest.raises(DamagedError, match=r"sealed|lost its end|damaged|not the segment|missing"):
        list(Journal(disk, f"{PATH}.journal").verify())


async def test_a_segment_can_be_redacted_with_a_line_that_tells_of_it(filled):
    """What erasing a person does: lines keep their length, the seal of the next segment is made anew, and nothing else."""
    disk, known = filled
    first, second = (disk.files[f"{PATH}.journal/00000{number}"].data for number in (1, 2))
    start = first.index(b"\n") + 1
    redacted, chain, at = bytes(first[:start]), 0, start
    for line in read_lines(bytes(first), start=start).lines:
        payload = line.payload.replace(b"x" * 190, b" ".ljust(190, b"-"))
        framed = frame([[payload]], chain, at)
        redacted, chain, at = redacted + framed.data, framed.chain, at + len(framed.data)
    assert len(redacted) == len(first)
    end = second.index(b"\n") + 1
    first[:] = redacted
    second[:end] = frame([[encode_header(2, Seal(len(first), chain))]], 0, 0).data
    assert len(list(Journal(disk, f"{PATH}.journal").verify())) == sum(count for _, count in known[1])
    store = await open_at(disk, **SMALL)
    assert (await store.change("T001", 1)).after["desc"] == " ".ljust(190, "-")
    await store.close()


async def test_lines_that_tell_what_was_done_to_the_journal_are_skipped():
    disk = RamDisk()
    store = await open_at(disk)
    await store.create(new_ticket(), origin())
    position = store._opened.journal.position
    store._opened.journal.append([[encode({"audit": "erased", "by": "UA"})]])
    await store.create(new_ticket("The second"), origin())
    left = disk.copy()
    assert position != START
    assert [each[0].ticket.id for each in [(await content_of(left))[0]]] == ["T001"]
    again = await open_at(left)
    assert await count_tickets(again) == 2
    assert sum("id" in entry.row for entry in Journal(left, f"{PATH}.journal").verify()) == 2
    await again.close()
    await store.close()


async def test_a_commit_is_found_from_any_of_its_changes():
    disk = RamDisk()
    store = await open_at(disk)
    imported = [
        ImportedTicket("", Ticket(id="T001", title="x" * number, created=TODAY), Origin("", "U9", NOW))
        for number in range(1, 30)
    ]
    ids = await store.import_tickets(imported, origin(key="import"))
    for each in (ids[0], ids[14], ids[-1]):
        assert [change.ticket_id for change in await store.changes_together(each, 1)] == ids
    assert [change.ticket_id for change in await store.latest("U9")] == ids
    await store.close()


async def test_latest_reads_no_more_than_it_has_to():
    disk = RamDisk()
    store = await open_at(disk)
    await store.create(NewTicket("The first", TODAY), origin("U-rare"))
    for number in range(200):
        await store.create(NewTicket(f"ticket {number}", TODAY), origin("U-busy"))
    reads = []
    disk.before = lambda operation, path: reads.append(path) if operation == "pread" else None
    assert (await store.latest("U-rare"))[0].ticket_id == "T001"
    assert (await store.latest("U-busy"))[0].ticket_id == "T201"
    assert await store.latest("U-never") == ()
    assert len(reads) < 8
    disk.before = lambda _operation, _path: None
    await store.close()


async def test_a_long_line_is_read_whole(tmp_path):
    store = await FileStore.open(tmp_path / "tickets.json")
    await store.create(new_ticket(), origin(text="x" * 100_000))
    assert len((await store.change("T001", 1)).origin.text) == 100_000
    await store.close()
