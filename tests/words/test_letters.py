"""Mail about words: only to whom chose it, without anything of the words, and one however many come."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from snowdrop.memorials.access import stand
from snowdrop.memorials.circles import Circle
from snowdrop.people.models import Person
from snowdrop.words import door, letters, reading_first
from snowdrop.words.models import KindWord, Told
from tests.words.postbox import Postbox

NOON = datetime(2030, 6, 3, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BODY = (
    "Something came in to a page for which you read first. It waits as long as you like; nothing has to be done.\n\n"
    "https://pages.example.org/\n\n"
    "You chose to be written to about this. Under “What may reach you” you can choose otherwise.\n\n"
)


@pytest.fixture(autouse=True)
def here(settings):
    settings.TIME_ZONE, settings.PUBLIC_URL = "UTC", "https://pages.example.org"


@pytest.fixture
def wishes(people):
    def wish(**by_name: str) -> None:
        for name, words_mail in by_name.items():
            Person.objects.filter(pk=people[name].pk).update(words_mail=words_mail)

    return wish


@pytest.fixture
def came(leave):
    """Leave words that came at this time."""

    def at(moment: datetime, text: str = "canary-text") -> KindWord:
        word = leave(text, signed="canary-signed")
        KindWord.objects.filter(pk=word.pk).update(offered_at=moment, written_at=moment)
        word.refresh_from_db()
        return word

    return at


@pytest.fixture
def goes(django_capture_on_commit_callbacks):
    """Let one round go and return to whom it wrote."""

    def round_goes(tell, at: datetime) -> list[str]:
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            number = tell(at=at)
        written = [letter.to[0] for letter in mail.outbox[before:]]
        assert len(written) == number
        return written

    return round_goes


def test_nobody_is_written_to_who_did_not_choose_it(came, goes):
    came(NOON)

    assert [goes(letters.tell_at_once, NOON + HOUR), goes(letters.tell_daily, NOON + HOUR)] == [[], []]


def test_at_once_is_one_mail_until_they_looked_again(came, goes, wishes, reader, opened, people):
    wishes(ines="at_once")
    reads = stand(opened, Person.objects.get(pk=people["ines"].pk))
    came(NOON)

    assert goes(letters.tell_at_once, NOON + HOUR) == ["ines@example.org"]
    came(NOON + 2 * HOUR)
    assert goes(letters.tell_at_once, NOON + 3 * HOUR) == []

    letters.looked(reads, at=NOON + 4 * HOUR)
    assert goes(letters.tell_at_once, NOON + 5 * HOUR) == []  # nothing came since they looked
    came(NOON + 6 * HOUR)
    assert goes(letters.tell_at_once, NOON + 7 * HOUR) == ["ines@example.org"]


def test_opening_the_door_is_looking(came, goes, wishes, client_for, opened, people):
    wishes(ines="at_once")
    came(NOON)
    goes(letters.tell_at_once, NOON + HOUR)
    assert Told.objects.get().looked_at is None

    client_for(people["ines"]).get(f"/m/{opened.slug}/words/door/")

    assert Told.objects.get().looked_at is not None


def test_a_surge_of_thousands_is_one_mail_and_a_few_questions(
    came, goes, wishes, opened, people, django_assert_max_num_queries
):
    wishes(ines="at_once")
    rows = (
        KindWord(id=uuid.uuid4(), memorial=opened, signed="S", text="T", written_at=NOON, offered_at=NOON)
        for _ in range(3_000)
    )
    KindWord.objects.bulk_create(rows, batch_size=500)

    with django_assert_max_num_queries(12):
        assert goes(letters.tell_at_once, NOON + HOUR) == ["ines@example.org"]


def test_a_line_once_a_day_in_their_own_daytime(came, goes, wishes, people):
    wishes(ines="daily")
    Person.objects.filter(pk=people["ines"].pk).update(time_zone="Pacific/Auckland")  # twelve hours ahead
    came(NOON)

    rounds = [NOON + number * HOUR for number in range(1, 48)]
    written = []
    for at in rounds:
        written += [at for _to in goes(letters.tell_daily, at)]
        came(at)
    # 8:00 there, once a day.
    assert written == [datetime(2030, 6, 3, 20, 0, tzinfo=UTC), datetime(2030, 6, 4, 20, 0, tzinfo=UTC)]


def test_family_hears_once_a_day_of_what_they_may_see_and_of_nothing_else(came, goes, wishes, reader, opened, people):
    wishes(sam="daily", mara="at_once", theo="daily")
    shown = came(NOON)
    assert goes(letters.tell_daily, NOON + HOUR) == []  # it waits: the family is not told

    door.let_in([shown.pk], by=reader)
    KindWord.objects.filter(pk=shown.pk).update(shown_at=NOON + 2 * HOUR, audience=Circle.KEEPERS)
    assert sorted(goes(letters.tell_daily, NOON + 3 * HOUR)) == ["mara@example.org", "theo@example.org"]
    assert goes(letters.tell_daily, NOON + 4 * HOUR) == []

    KindWord.objects.filter(pk=shown.pk).update(shown_at=NOON + 5 * HOUR, audience=Circle.FRIENDS)
    assert goes(letters.tell_daily, NOON + 6 * HOUR) == ["sam@example.org"]


def test_words_that_were_not_shown_make_no_mail(came, goes, wishes, reader):
    wishes(mara="daily", sam="daily")
    word = came(NOON)
    door.turn_away([word.pk], by=reader)

    assert goes(letters.tell_daily, NOON + HOUR) == []


@pytest.mark.parametrize("how", ["rests", "nothing at all", "left", "no address"])
def test_whoever_rests_or_wants_nothing_or_is_gone_is_not_written_to(how, came, goes, wishes, reader, opened, people):
    wishes(ines="at_once")
    came(NOON)
    ines = Person.objects.filter(pk=people["ines"].pk)
    if how == "rests":
        reading_first.rest(by=reader, at=NOON)
    elif how == "nothing at all":
        ines.update(mail_rests=True)
    elif how == "no address":
        ines.update(email=None)
    else:
        people["ines"].memberships.update(removed_at=NOON)

    assert [goes(letters.tell_at_once, NOON + HOUR), goes(letters.tell_daily, NOON + HOUR)] == [[], []]
    if how == "rests":  # what came meanwhile is told the morning after
        assert goes(letters.tell_at_once, datetime(2030, 6, 4, 6, 1, tzinfo=UTC)) == ["ines@example.org"]


def test_the_mail_is_a_postcard_as_it_goes_out_by_smtp(
    came, wishes, opened, settings, django_capture_on_commit_callbacks
):
    wishes(ines="at_once")
    came(NOON)
    with Postbox() as postbox:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", postbox.port
        with django_capture_on_commit_callbacks(execute=True):
            assert letters.tell_at_once(at=NOON + HOUR) == 1

    [letter] = postbox.letters
    assert (letter["To"], letter["Subject"]) == ("ines@example.org", "A page that was shared with you")
    assert letter.get_content().replace("\r\n", "\n").rstrip("\n") == BODY.rstrip("\n")
    whole = letter.as_string()
    told = ("canary", "Wren", opened.slug, "/m/")
    assert [word for word in told if word in whole] == []


def test_what_they_chose_is_kept_on_their_own_page(client_for, people):
    client = client_for(people["ines"])
    client.post("/you/quiet/", {"words_mail": "daily"})
    assert Person.objects.get(pk=people["ines"].pk).words_mail == "daily"

    client.post("/you/quiet/", {"words_mail": ""})
    assert Person.objects.get(pk=people["ines"].pk).words_mail == ""
    assert client.post("/you/quiet/", {"words_mail": "hourly"}).status_code == 422
