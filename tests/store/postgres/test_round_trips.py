"""The number of round trips per message, as the database may be far away, does not grow."""

from tests.tools.bench.postgres.trips import of_messages, of_one_ticket

# Round trips of a whole bot, including the duplicate delivery and what its timers query meanwhile.
MOST = {
    "a mention that makes a ticket": 11.5,
    "a reply that changes it": 29.5,
    "a list": 9.5,
    "talk in a ticket's thread": 7.5,
}


async def test_a_delivery_is_accepted_makes_a_ticket_and_is_finished_in_one_round_trip_each_and_a_change_takes_two(
    postgres_server,
):
    postgres_server.empty()
    counts = await of_one_ticket(postgres_server)
    assert counts == {"accept": 1, "its twin": 1, "create": 1, "finish": 1, "update": 2}


async def test_a_whole_bot_waits_for_the_database_a_few_times_for_each_message(postgres_server, tmp_path):
    postgres_server.empty()
    counts = await of_messages(postgres_server, tmp_path, rest=0, times=4)
    assert {kind: count for kind, count in counts.items() if count > MOST.get(kind, 0)} == {}
