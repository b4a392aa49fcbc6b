"""What WhatsApp itself writes into a chat, in the languages of the telephones: of media, deleted messages and the like.

On an iPhone a mark of direction stands before all of it, so there the words matter little; on Android they decide.
"""

from __future__ import annotations

import re
from datetime import date

from snowdrop.archive.importers.elsewhere.texts import MARKS
from snowdrop.archive.importers.elsewhere.whatsapp import said

_ENDING = r"\.[A-Za-z0-9]{1,5}"

# <attached: 00000004-PHOTO-2024-03-03-00-21-23.jpg>, with the word in the telephone's language
ATTACHED_IOS = re.compile(rf"[{MARKS}]{{0,4}}<[^<>:\n]{{2,30}}: ?([^<>\n]+?{_ENDING})>")
# IMG-20240302-WA0004.jpg (file attached)
ATTACHED_ANDROID = re.compile(rf"([{MARKS}]{{0,4}})([^\n]+?{_ENDING}) [(（]([^()\n]{{3,40}})[)）]")
_NAMED_BY_WHATSAPP = re.compile(rf"(?:IMG|VID|PTT|AUD|DOC|STK|GIF|PTV)-[0-9]{{8}}-WA[0-9]{{4,}}{_ENDING}")
_DAY_IN_NAME = re.compile(
    r"(?:IMG|VID|PTT|AUD|DOC|STK)-([0-9]{4})([0-9]{2})([0-9]{2})-WA|-[A-Z_]+-([0-9]{4})-([0-9]{2})-([0-9]{2})-"
)
LONGEST_PAGES = 400  # characters
# Document.pdf • 12 pages, before the attached document
PAGES = re.compile(rf"[{MARKS}]*[^\n]+ • [{MARKS}]*[^\n]*")

EDITED_IOS = re.compile(rf" ?[{MARKS}]{{1,4}}<[^<>\n]{{4,60}}>\Z")
# https://maps.google.com/?q=…, whatever word stands before it
PLACE = re.compile(r"[^\n:]{0,30}:? ?https://maps\.google\.com/\?q=\S+|https://foursquare\.com/v/\S+")
POLL_OPTION = re.compile(rf"^[{MARKS}]*[^\n:]{{2,20}}: .* \(\D{{0,3}}\d+ [^()\n]+\)$", re.MULTILINE)
POLL_TITLE = re.compile(rf"[{MARKS}]*\w[^\n:]{{2,30}}:\n")

_FILE_ATTACHED = said.phrases("attached")
_MEDIA_LEFT_OUT = said.phrases("left-out")
# On an iPhone, where a line without its marks was copied.
_IMAGE_LEFT_OUT = re.compile(
    r"(?:image|video|audio|gif|sticker|document|contact card|video note) omitted"
    r"|(?:bild|video|audio|gif|sticker|dokument|kontaktkarte) weggelassen"
    r"|(?:imagen|video|audio|gif|sticker|documento|tarjeta de contacto) omitid[oa]"
    r"|(?:image|vidéo|audio|gif|document|fiche contact) (?:absente?|omise?)"
    r"|(?:immagine|video|audio|gif|sticker|documento) omess[oa]"
    r"|(?:imagem|vídeo|áudio|gif|figurinha|documento) (?:ocult|omitid)[oa]"
    r"|(?:afbeelding|video|audio|gif|sticker|document) weggelaten",
    re.IGNORECASE,
)
_DELETED = said.phrases("deleted")
_EDITED = re.compile(
    r" ?<(?:This message was edited|Diese Nachricht wurde bearbeitet|Se editó este mensaje|Editaste este mensaje"
    r"|Ce message a été modifié|Questo messaggio è stato modificato|Mensagem editada|Essa mensagem foi editada"
    r"|Dit bericht is bewerkt|Данное сообщение изменено|Сообщение изменено|Це повідомлення відредаговано"
    r"|Ta wiadomość została edytowana|Wiadomość edytowana|Bu mesaj düzenlendi|Meddelandet redigerades"
    r"|Tätä viestiä muokattiin|Az üzenet szerkesztve lett|ההודעה נערכה|تم تعديل هذه الرسالة|Pesan ini diedit"
    r"|このメッセージは編集されました|이 메시지는 수정되었습니다|此消息已编辑|此訊息已編輯)\.?>\Z",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"(?:missed |silenced |group )?(?:voice|video) call\b|(?:verpasster |eingehender )?(?:sprach|video)anruf\b"
    r"|(?:llamada|videollamada)\b.{0,20}\b(?:perdida|voz)|(?:appel|chamada|chiamata|videochiamata)\b.{0,20}"
    r"\b(?:manqué|vocal|vidéo|perdida|voz|vídeo|persa)|gemiste (?:spraak|video)oproep"
    r"|пропущенный (?:аудио|видео)звонок",
    re.IGNORECASE,
)
_STICKER = re.compile(
    r"sticker|stiker|figurin|naklejk|стикер|стікер|ملصق|מדבקה|貼圖|贴纸|스티커|ステッカー|สติกเกอร์", re.IGNORECASE
)
_CONTACT = re.compile(r"contact|kontakt|contatto|contato", re.IGNORECASE)
_NOTHING = frozenset({"", "null", "waiting for this message. this may take a while."})


def named_day(rest: str) -> date | None:
    """Return the day that stands in the name of a file sent with a message: it tells which number is the month."""
    if "-" not in rest or "." not in rest or len(rest) > 1000:
        return None
    match = _DAY_IN_NAME.search(rest)
    if match is None:
        return None
    year, month, day = (int(number) for number in match.groups() if number)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def attached(text: str) -> tuple[str, str] | None:
    """Split a message into the name of its file and the words with it; None where no file was sent with it."""
    match = ATTACHED_IOS.search(text)
    if match is not None:
        before, after = text[: match.start()].rstrip(), text[match.end() :]
        return match[1], ("" if len(before) < LONGEST_PAGES and PAGES.fullmatch(before) else before) + after
    first, _newline, more = text.partition("\n")
    match = ATTACHED_ANDROID.fullmatch(first.rstrip())
    if match is None:
        return None
    marked, name, said = match.groups()
    if marked or said.casefold() in _FILE_ATTACHED or _NAMED_BY_WHATSAPP.fullmatch(name):
        return name, more
    return None


def without_edited(text: str) -> tuple[str, bool]:
    """Take the note away that a message was changed later."""
    if not text.endswith(">"):
        return text, False
    for note in (EDITED_IOS, _EDITED):
        match = note.search(text)
        if match is not None and ATTACHED_IOS.fullmatch(match[0].strip()) is None:
            return text[: match.start()], True
    return text, False


def is_media_left_out(line: str) -> bool:
    plain = line.strip(MARKS + " ")
    if plain.startswith("<") and plain.endswith(">"):
        return plain[1:-1].rstrip(".").casefold() in _MEDIA_LEFT_OUT
    return _IMAGE_LEFT_OUT.fullmatch(plain) is not None


def is_deleted(text: str) -> bool:
    return len(text) < 80 and text.strip(MARKS + " \n.。").casefold() in _DELETED


def is_call(text: str) -> bool:
    return _CALL.match(text.lstrip(MARKS)) is not None


def is_sticker(text: str) -> bool:
    return len(text) < 80 and _STICKER.search(text) is not None


def is_contact(text: str) -> bool:
    return len(text) < 80 and _CONTACT.search(text) is not None


def is_sticker_file(name: str) -> bool:
    return name.upper().startswith("STK-") or "-STICKER-" in name.upper()


def is_poll(text: str) -> bool:
    return POLL_TITLE.match(text) is not None and len(POLL_OPTION.findall(text)) >= 2


def is_place(text: str) -> bool:
    return PLACE.fullmatch(text.strip(MARKS + " \n")) is not None


def is_nothing(text: str) -> bool:
    return text.strip(MARKS + " \n").casefold() in _NOTHING
