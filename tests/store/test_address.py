import pytest

from store.address import shown_address


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("data/tickets.json", "data/tickets.json"),
        ("postgresql://ada@db/tickets", "postgresql://ada@db/tickets"),
        ("postgresql://db/tickets", "postgresql://db/tickets"),
        ("postgresql://ada:hunter2@db:5433/tickets", "postgresql://ada:***@db:5433/tickets"),
        (
            "postgresql://ada:hun@ter/2@db/tickets?sslmode=require",
            "postgresql://ada:***@db/tickets?sslmode=require",
        ),
        (
            "postgresql:///tickets?user=ada&password=hunter2&host=db",
            "postgresql:///tickets?user=ada&password=***&host=db",
        ),
        ("postgresql://db/tickets?sslpassword=hunter2", "postgresql://db/tickets?sslpassword=***"),
    ],
)
def test_an_address_is_shown_without_its_password(address, shown):
    assert shown_address(address) == shown
