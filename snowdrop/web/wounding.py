"""Words that wound, per language, each with the reason; nothing the house says may hold one.

This is about our own sentences. What families and visitors write is never looked at with this list.
Sources: what bereaved parents and those who listen to them have said about such words, collected in
`docs/understand/words.md`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Texts that a family picks for themselves: who they are, and what happened.
CHOICES = frozenset({"choice", "what happened"})


@dataclass(frozen=True)
class Wound:
    """A word or turn of phrase, why it hurts, and what to say instead."""

    pattern: str
    why: str
    even_in_a_choice: bool = True
    """False: a family may choose it for themselves. The text then has the context "choice"."""


_LANGUAGES: dict[str, tuple[Wound, ...]] = {
    "en": (
        Wound(r"pass(es|ed|ing)? (away|on|over)", "a euphemism: say that they died"),
        Wound(r"los(t|e|es|ing|s|ses)", "nobody was mislaid: say died, or gone missing, or not kept"),
        Wound(r"closure", "there is none to reach"),
        Wound(r"heal(s|ed|er|ing)?", "grief is no illness"),
        Wound(r"journeys?", "nobody set out on one"),
        Wound(r"angel(s|ic)?", "a faith, and a comfort, that not everybody has"),
        Wound(r"heaven(s|ly)?", "a faith that not everybody has"),
        Wound(r"rainbows?", "a word for later children that some parents dislike"),
        Wound(r"at least", "it makes what happened smaller"),
        Wound(r"let(s|ting)? go", "nobody is asked to"),
        Wound(r"mov(e|es|ed|ing) on", "nobody is asked to"),
        Wound(r"(wh)?oops(ie)?|uh[- ]oh", "too merry for what it stands beside"),
        Wound(r"!", "too loud"),
        Wound(r"(just|always|still) try again|try for another|hav(e|ing) another (one|baby|child)",
              "no child replaces another"),
        Wound(r"better place|meant to be|for a reason|gods? will", "it gives a reason where there is none"),
        Wound(r"(be|stay|so) strong", "it forbids weeping"),
        Wound(r"time heals|heals with time", "it promises what nobody knows"),
        Wound(r"expir(e|es|ed|ing|y)", "it means to die: say that it no longer works"),
        Wound(r"abort(s|ed|ing|ion)?|terminat(e|es|ed|ing|ion)|kill(s|ed|ing)?|fatal|deadline|dead link",
              "a machine's word that means a death here: say stop, end, until"),
        Wound(r"incompetent|spontaneous abortion|products of conception", "a clinic's word that blames"),
        Wound(r"victims?|suffer(s|ed|ing)? from", "nobody asked to be pitied"),
        Wound(r"forever|for ever|etern(al|ally|ity)", "a promise nobody can keep"),
        Wound(r"mothers?|mums?|moms?|mumm(y|ies)|mommy|mommies", "not every parent is one", even_in_a_choice=False),
        Wound(r"fathers?|dads?|dadd(y|ies)", "not every parent is one", even_in_a_choice=False),
    ),
    "de": (
        Wound(r"von uns gegangen|(da)?hingeschieden|ist verschieden|heimgegangen|(ent|ein)schlafen",
              "beschönigt: „gestorben“"),
        Wound(r"verl(oren\w*|ier\w*|ust\w*)", "niemand wurde verlegt: „gestorben“, „nicht gespeichert“"),
        Wound(r"abschlu(ss|ß)\w*|abschlie(ß|ss)\w*|abgeschlossen\w*", "es gibt keinen: „beenden“, „fertig“"),
        Wound(r"heil(en|t|te|ung\w*|sam\w*)|geheilt", "Trauer ist keine Krankheit"),
        Wound(r"reise\w*|trauerweg\w*", "niemand ist aufgebrochen"),
        Wound(r"(schutz)?engel(n|s|chen\w*|kind\w*)?", "ein Glaube, den nicht alle haben"),
        Wound(r"himmel\w*|paradies\w*", "ein Glaube, den nicht alle haben"),
        Wound(r"regenbogen\w*", "ein Wort für spätere Kinder, das manche Eltern nicht mögen"),
        Wound(r"stern(en)?(kind\w*|chen|eltern)", "manchen lieb, anderen nicht: es gehört den Familien",
              even_in_a_choice=False),
        Wound(r"wenigstens|zumindest|immerhin", "macht klein, was geschehen ist: „mindestens“ bei Zahlen"),
        Wound(r"loslassen|loszulassen|losgelassen|lass\w* los", "niemand muss das"),
        Wound(r"nach vorne? (schauen|sehen|blicken)|hinter sich lassen|darüber hinweg\w*|das leben geht weiter",
              "niemand muss das"),
        Wound(r"ups|hoppla|huch|oje", "zu munter"),
        Wound(r"!", "zu laut"),
        Wound(r"(einfach|ja) (wieder|noch ?mal|noch einmal) versuchen|noch eine?s? (bekommen|kriegen)|ein neues kind",
              "kein Kind ersetzt ein anderes"),
        Wound(r"besseren? ort|sollte (so|nicht) sein|schicksal\w*|gottes wille\w*", "gibt einen Grund, wo keiner ist"),
        Wound(r"kopf hoch|(bleib\w*|sei\w*) (tapfer|stark)", "verbietet das Weinen"),
        Wound(r"die zeit heilt\w*", "verspricht, was niemand weiß"),
        Wound(r"abbrechen|abbruch\w*|abgebrochen\w*|abzubrechen|abbrich\w*",
              "meint hier eine Schwangerschaft: „Doch nicht“, „Zurück“, „beendet“"),
        Wound(r"totgeb\w*|fehlgeb\w*|abort\w*|fatal\w*|tödlich\w*", "Wort der Klinik oder der Maschine",
              even_in_a_choice=False),
        Wound(r"opfer\w*|erleiden|erlitten\w*", "niemand wollte bemitleidet werden"),
        Wound(r"für immer|auf ewig|ewig\w*", "ein Versprechen, das niemand halten kann"),
        Wound(r"mutter|mütter(n|lich\w*)?|mutti|mamas?|mami", "nicht alle Eltern sind eine", even_in_a_choice=False),
        Wound(r"vater|vaters|väter(n|lich\w*)?|vati|papas?|papi", "nicht alle Eltern sind einer",
              even_in_a_choice=False),
    ),
    # Written without vowel signs and with a bare alif; texts are compared in the same form. Each word may
    # follow "and", "so", "with", "for", "as" and "the", which are written together with it.
    "ar": (
        Wound(r"انتقل(ت)? (الى|لرحمة|لجوار)\w*|رحل(ت|وا)?|فارق(ت)? الحياة|وافت\w* المنية", "تلطيف: يُقال توفّي"),
        Wound(r"(مرحوم|مغفور له|فقيد|راحل)(ة|ين|ون)?", "يفترض دينًا أو جنسًا: يُكتب الاسم وحده"),
        Wound(r"فقدان|خسار(ة|ت\w*)|خسر(ت|نا|وا|تم)?|ضاع(ت|وا)?|ضياع", "لم يضِع أحد: يُقال توفّي، أو لم يُحفظ"),
        Wound(r"شفاء|تشاف\w*|تعاف\w*|يتعافى", "الحزن ليس مرضًا"),
        Wound(r"رحل(ة|ت(ك|نا|كم|ه|ها|هم))|رحلات|مسيرة", "لم ينطلق أحد في رحلة"),
        Wound(r"ملائك\w*|ملاك(نا|ك|ي|ه|ها|كم)?", "إيمان لا يشترك فيه الجميع"),
        Wound(r"جنة|جنات|فردوس|سماء|طيور? الجنة|جنان", "إيمان لا يشترك فيه الجميع"),
        Wound(r"قوس قزح", "كلمة لا يحبها بعض الأهل"),
        Wound(r"على الاقل", "تصغّر ما حدث"),
        Wound(r"تخل(ى|ي|وا) عن|تجاوز(ي|وا)? (الامر|الحزن|المحنة)|مض(ي|يا) قدما|طي الصفحة", "لا يُطلب ذلك من أحد"),
        Wound(r"[!]|عفوا|يا للاسف", "صوت عالٍ أو مرح"),
        Wound(r"طفل\w* (آخر|غيره|جديد\w*)", "لا طفل يحل محل آخر"),
        Wound(r"قضاء وقدر|قدر الله|مشيئة الله|ابتلاء|عوض(ك|كم|نا)?|يعوض\w*", "تعطي سببًا حيث لا سبب"),
        Wound(r"اصبر(ي|وا)?|تماسك(ي|وا)?|كن قويا|كوني قوية", "تمنع البكاء"),
        Wound(r"اجهاض|قاتل(ة)?|مميت(ة)?", "كلمة عيادة أو آلة", even_in_a_choice=False),
        Wound(r"ضحي(ة|ت\w*)|ضحايا|معانا(ة|ت\w*)", "لم يطلب أحد الشفقة"),
        Wound(r"للابد|الى الابد|ابدي(ة|ا)?|خالد(ة|ا)?|خلود", "وعد لا يستطيع أحد حفظه"),
        Wound(r"ام(ك|ه|ها|نا|هات|كم)|الام|والدت(ه|ها|ك|كم|نا|هم)|والدة|ماما|امومة", "ليس كل الأهل كذلك",
              even_in_a_choice=False),
        Wound(r"اب(وك|وه|وها|ونا|اء)|الاب|والد(ه|ها|ك|كم|نا|هم)?|بابا|ابوة", "ليس كل الأهل كذلك",
              even_in_a_choice=False),
    ),
}  # fmt: skip

# A place for a name is not a word, nor is a tag's own name: `%(lost)s`, `{lost}`, `<b class="lost">`.
_NOT_SAID = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]*>")
_ARABIC_BEFORE = r"(?:[وف]?[بلك]?(?:ال|لل)?)"


def languages() -> list[str]:
    """Return the codes of the languages that have a list."""
    return list(_LANGUAGES)


def wounds(text: str, language: str, *, context: str = "") -> list[str]:
    """Return what wounds in `text`, each as "word (reason)"; `context` is the gettext context it stands in."""
    said = _plain(_NOT_SAID.sub(" ", text))
    found = []
    for wound in _LANGUAGES[language]:
        if context in CHOICES and not wound.even_in_a_choice:
            continue
        before = _ARABIC_BEFORE if language == "ar" else ""
        match = re.search(rf"(?<!\w){before}(?:{wound.pattern})(?!\w)", said, re.IGNORECASE)
        # "!" stands right after a word, where the borders above do not hold.
        if match is None and "!" in wound.pattern and "!" in said:
            found.append(f"! ({wound.why})")
        elif match is not None:
            found.append(f"{match[0].strip()} ({wound.why})")
    return found


def _plain(text: str) -> str:
    """Return `text` without Arabic vowel signs, stretching and alif forms, and with one space between words."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFC", text)
        if not ("\u064b" <= sign <= "\u0652" or sign in "\u0670\u0640")
    )  # fmt: skip
    return " ".join(bare.translate(str.maketrans("أإٱ", "ااا")).split())
