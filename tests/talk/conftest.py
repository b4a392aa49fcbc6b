import pytest

from snowdrop.talk.models import SupportLine


@pytest.fixture
def no_lines(db):
    """An empty list: the migrations brought the first one in."""
    SupportLine.objects.all().delete()


@pytest.fixture
def line(no_lines):
    """Return a function that puts a line on the list."""

    def put(name: str, **fields) -> SupportLine:
        if not {"phone", "text_to", "email", "web"} & set(fields):
            fields["phone"] = "0808 100 200"
        fields.setdefault("country", "GB")
        return SupportLine.objects.create(name=name, source="A leaflet", **fields)

    return put


@pytest.fixture
def host(people):
    people["host"].is_host = True
    people["host"].save(update_fields=["is_host"])
    return people["host"]
