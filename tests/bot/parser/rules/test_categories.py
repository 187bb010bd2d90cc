import pytest

from bot.parser.rules.create.categories import categorise, evidence
from store.models.tickets import Category


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("NullPointerException when saving an order", "code"),
        ("Tooltip hides the submit button", "code"),
        ("`parse_date()` ignores the timezone", "code"),
        ("crash in cart.py", "code"),
        ("Deploy the billing service to staging", "infra"),
        ("Renew the wildcard certificate", "infra"),
        ("ENOSPC on the build server", "infra"),
        ("Grant Kim access to the VPN", "infra"),
        ("Typo in the installation guide", "doc"),
        ("Update CONTRIBUTING.md", "doc"),
        ("Document how to rotate the API keys", "doc"),
        ("New laptop for the trainee", "other"),
        ("Book a meeting room for the retro", "other"),
        ("Parental leave for Kim", "other"),
        ("Drucker im zweiten Stock defekt", "other"),
        ("l'imprimante est en panne", "other"),
        ("La página de inicio no carga", "code"),
    ],
)
def test_titles_are_categorised_by_their_words(title, category):
    assert categorise(title) == Category(category)


@pytest.mark.parametrize("title", ["", "Zmrzlina", "?!", "lorem ipsum dolor"])
def test_no_evidence_is_said_so(title):
    assert categorise(title) is None


def test_the_evidence_can_be_looked_at():
    found = evidence("Deploy the login page")
    assert ("deploy", Category.INFRA) in [(one.words, one.category) for one in found]
    assert all(one.weight > 0 for one in found)


def test_a_pair_of_words_counts_instead_of_its_words():
    words = [one.words for one in evidence("disk full")]
    assert words == ["disk full"]


def test_plurals_and_verb_forms_are_the_same_word():
    assert categorise("certificates") == categorise("certificate") == Category.INFRA
    assert categorise("crashed") == categorise("crashing") == Category.CODE
