"""What we write to people about a page. A mail is a postcard: nothing private in it, its subject tells nothing."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from snowdrop.people.letters import Kind, may_reach


def ask_in(to: str, *, link: str, sender: str) -> None:
    """Ask somebody in, in the language of whoever asks. Neither the page nor whose it is is named.

    Where the address is that of somebody who wants nothing at all, nothing goes; whoever asks learns nothing of it.
    """
    text = render_to_string("memorials/letters/ask_in.txt", {"link": link, "sender": sender})
    # Translators: the subject of a mail. It must not say what the page is about.
    letter = EmailMessage(_("A page that was shared with you"), text, settings.DEFAULT_FROM_EMAIL, [to])
    # The mail server is called in both cases: where it cannot be reached, the asker's page says so in both.
    with get_connection() as connection:
        connection.send_messages([letter] if may_reach(to, Kind.ASKED_IN) else [])
