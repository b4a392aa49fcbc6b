"""What the demo family wrote and photographed. It is theirs, as any family's words are, so it is not translated.

The dates are fixed and lie in the past, so that nothing here grows odd with the years.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from snowdrop.host.demo.family import HEDDA, INES, MARA, SAM, THEO, Somebody
from snowdrop.memorials.circles import Circle
from snowdrop.memorials.models import Fact
from snowdrop.memorials.models.beloved import Happened, Pronouns

SELF, KEEPERS, FAMILY, FRIENDS, LINK = Circle.SELF, Circle.KEEPERS, Circle.FAMILY, Circle.FRIENDS, Circle.LINK


@dataclass(frozen=True)
class Taken:
    """A photograph: a file in `pictures/`, who added it, who sees it and what they said to it."""

    file: str
    by: Somebody
    audience: Circle
    caption: str = ""
    alt: str = ""
    people: str = ""
    date: str = ""  # EDTF; empty: what the camera says, if it says anything

    @property
    def said(self) -> dict[str, str]:
        return {key: value for key in ("caption", "alt", "people") if (value := getattr(self, key))}


@dataclass(frozen=True)
class Told:
    """A moment. What a member adds whom the keepers do not know that well waits for them."""

    by: Somebody
    audience: Circle
    text: str
    title: str = ""
    date: str = ""  # EDTF; empty: none
    is_letter: bool = False
    photographs: tuple[str, ...] = ()
    is_put_away: bool = False


NAME = "Wren"
SPOKEN = "ren, like the bird"
# Name, how it is said, note.
OTHER_NAMES = (
    ("Pip", "", "What we said all summer, before there was a name. An apple pip, because of the size."),
    ("Zaunkönig", "TSOWN-kur-nig", "What Hedda calls him. It is the same bird where she grew up: king of the hedge."),
)

# Kind, who sees it, what is said.
FACTS: tuple[tuple[Fact.Kind, Circle, dict[str, Any]], ...] = (
    (
        Fact.Kind.LINE,
        LINK,
        {"text": "Our second son. Expected in February, carried for twenty weeks, loved from the start."},
    ),
    (Fact.Kind.DUE, FAMILY, {"date": "2022-02-14"}),
    (Fact.Kind.OTHER_DATE, FRIENDS, {"date": "2021-09-05", "text": "First felt, by Emil"}),
    (Fact.Kind.BORN, FRIENDS, {"date": "2021-09-29"}),
    (Fact.Kind.HAPPENED, FAMILY, {"choice": Happened.BORN_STILL, "text": "in the twentieth week"}),
    (Fact.Kind.PRONOUNS, LINK, {"choice": Pronouns.HE}),
    (Fact.Kind.WORDS, FRIENDS, {"text": "Our son, our second boy. Emil says: my brother Wren."}),
    (Fact.Kind.RESTING_PLACE, FAMILY, {"text": "The children’s ground at Hollow Lane, third row, by the wall."}),
)

# Name, who they are, who sees it.
KIN = (
    ("Mara and Theo", "his parents", LINK),
    ("Emil", "his brother", LINK),
    ("Juno", "his sister, born when he would have been two", FRIENDS),
    ("Hedda", "his grandmother", FRIENDS),
)

COVER = "window-light.jpg"

PHOTOGRAPHS = (
    Taken(
        "window-light.jpg", MARA, LINK, "The morning after. It moved across the wall, and we watched it go.",
        "The light of a window with six panes on a bare wall, and in it the shadow of a branch.",
    ),
    Taken(
        "leaves.jpg", THEO, FRIENDS, "",
        "Long green leaves against a pale sky, some sharp, most not.",
    ),
    Taken("hedge.jpg", MARA, LINK, "The bird is in there. You have to believe us.", "A thick green hedge in the sun."),
    Taken("rain.jpg", THEO, FAMILY, "Five to seven.", "Rain on a window; behind it trees and street lamps."),
    Taken(
        "blanket.jpg", THEO, FAMILY, "Hedda knitted it for Emil. Green and white, because that was the wool she had.",
        "A knitted blanket with green and white stripes, in folds.",
    ),
    Taken("curtain.webp", MARA, SELF, "Nobody opened it until noon."),
    Taken("pond.avif", SAM, FRIENDS, "The pond, that Sunday.", "Still water at dusk with reeds in front."),
    Taken(
        "snow.jpg", HEDDA, FRIENDS, "Before anybody had walked there. Nearly anybody.",
        "A field under snow with a fence, and the small prints of a bird.",
    ),
    Taken("snow-branch.jpg", HEDDA, FRIENDS, "", "A bare branch with snow on it. It is snowing."),
    Taken("snowdrops.jpg", MARA, FAMILY, "", "Snowdrops in front of a dark hedge with spots of light in it."),
    Taken(
        "feather.heic", INES, FRIENDS, "Found by Emil. Not a wren’s.",
        "A brown feather with dark bars on a wooden table.", date="2022-05",
    ),
    Taken("marigolds.jpg", MARA, LINK, "Hedda’s marigolds.", "Orange marigolds in a green bed."),
    Taken("bowl.jpg", MARA, LINK, "", "Six marigolds floating in a dark bowl of water."),
    Taken(
        "pear-tree.jpg", THEO, LINK, "The pear tree. It was a stick when we planted it.",
        "A pear tree in full leaf on a lawn, with a few pears.",
    ),
    Taken("leaves-late.jpg", THEO, FAMILY, "", "Leaves turning from green to brown.", "Nobody. Emil held the camera."),
    Taken(
        "candle.jpg", INES, FRIENDS, "Seven o’clock.",
        "A lit candle on a window sill. Outside it is getting dark, and the lamps of the town are out of focus.",
    ),
    Taken(
        "pressed.png", MARA, FAMILY, "One of the marigolds, out of the dictionary. Between “hearth” and “hedge”.",
        "A pressed marigold with its stalk and leaves, scanned on white paper.", date="2022-23",
    ),
    Taken("pears.jpg", THEO, LINK, "Three of eleven.", "Three pears on a window sill in the morning."),
    Taken(
        "evening.jpg", THEO, FRIENDS, "From the car park, ten to seven.",
        "An evening sky over dark roofs; one window is lit.",
    ),
    Taken("hills.jpg", MARA, LINK, "", "Hills, one behind the other, with mist between them, in the early light."),
)  # fmt: skip

# A document: file, who added it, who sees it, what it is called, when it is from.
DOCUMENT = ("in-this-order.pdf", MARA, FRIENDS, "The afternoon under the pear tree", "2022-09-29")

# Kept at home: what, what is told of it, where, who sees it, which photograph shows it.
AT_HOME = (
    (
        "The blanket",
        "Green and white, because that was the wool. Hedda knitted it for Emil. It went round Wren six times.",
        "In the box, in the room that was going to be his.",
        FAMILY,
        "",
    ),
    (
        "A marigold, pressed",
        "From the garden, that first September.",
        "In the dictionary, at “hearth”.",
        FRIENDS,
        "pressed.png",
    ),
)

MOMENTS = (
    Told(
        THEO,
        FRIENDS,
        "There were two lines, and I said one of them was a shadow. Mara held it under the kitchen lamp until I "
        "stopped saying so.\n\nEmil was four and wanted to know how big. We looked it up: an apple pip. So it was Pip, "
        "at breakfast and in the bath, all summer.",
        "Pip",
        "2021-06~",
    ),
    Told(
        MARA,
        FAMILY,
        "He had one hand up beside his face and would not take it down. The woman pressed, and waited, and pressed "
        "again. “Stubborn,” she said, and Theo said, “That’s us.”\n\nShe printed two pictures. One hung on the fridge. "
        "The other was in my coat, and it has gone as soft as cloth.",
        "Twelve weeks",
        "2021-08-03",
    ),
    Told(
        MARA,
        LINK,
        "We never settle on a name until the very end. But there was a wren in the hedge all that month, and somehow "
        "we had begun to say it, first as a joke and then not as a joke at all. So Wren is who he is.",
        "The name we hadn’t chosen yet",
        "2021-23",
        photographs=("hedge.jpg",),
    ),
    Told(
        THEO,
        FRIENDS,
        "The last warm Sunday. Mara lay in the grass and put my hand where I should have felt something, and I felt "
        "nothing. Emil put his hand there and felt it at once. It was a fish, he said. He was quite sure.",
        "A fish",
        "2021-09-05",
        photographs=("leaves.jpg",),
    ),
    Told(
        MARA,
        KEEPERS,
        "She turned the screen away, and then she turned it back. She said: I am so sorry, there is no heartbeat. She "
        "said it once, and then she stayed.\n\nWe sat in the car until it was dark. Neither of us could think of "
        "anywhere to drive.",
        "Monday",
        "2021-09-27",
    ),
    Told(
        THEO,
        FAMILY,
        "Wren was born on Wednesday at ten past four in the morning, in the small room at the end of the corridor, "
        "where they had put a lamp. It had been raining since midnight.\n\nHe was warm from Mara. He had her long "
        "fingers, and the ears that everybody in my family has. He weighed 310 grams. We put him in the blanket that "
        "Hedda had knitted for Emil, and it went round him six times.\n\nWe had until noon. The midwife did not hurry "
        "us. Each time she came in she said good morning to him too, by his name.",
        "Wednesday",
        "2021-09-29",
        photographs=("rain.jpg", "blanket.jpg"),
    ),
    Told(
        MARA,
        SELF,
        "I put the coat in the bag for the charity shop, and at night I went down in my slippers and took it out "
        "again. It is behind the boxes now. He was in it with me, that is all.",
        "The coat",
        "2021-11",
    ),
    Told(
        SAM,
        FRIENDS,
        "I didn’t know what to write at the time. I still don’t. But I walk the dog past your hedge every morning, and "
        "when it is loud in there I say his name.\n\nThis is the pond, the Sunday after Mara told me. I stood there "
        "for a while.",
        date="2021-11-07",
        photographs=("pond.avif",),
    ),
    Told(
        THEO,
        KEEPERS,
        "The letter came. Eleven lines: they found nothing. I read it aloud, and Mara asked me to read it again, and "
        "it was still nothing.\n\nThere is nobody to be angry with. I have looked.",
        "Eleven lines",
        "2021-12",
    ),
    Told(
        HEDDA,
        FRIENDS,
        "It snowed in the night, which it does not often do here. Emil made one for himself and one for Wren, the size "
        "of a loaf, and gave Wren’s the better hat.\n\nThey stood until Wednesday.",
        "Two of them",
        "2022-01-16",
        photographs=("snow.jpg", "snow-branch.jpg"),
    ),
    Told(
        MARA,
        KEEPERS,
        "Dear Wren,\n\ntoday is the day they had written on the card. I had thought it would be a day like a wall. It "
        "was a Monday. Theo stayed at home in the morning, and we walked to the hedge, and there were snowdrops that "
        "nobody had planted.\n\nI told you about them there. I will go on telling you things.",
        date="2022-02-14",
        is_letter=True,
        photographs=("snowdrops.jpg",),
    ),
    Told(
        INES,
        FRIENDS,
        "Emil found it under the hedge and brought it to me, because I have the book with the birds. We went through "
        "it page by page. It is an owl’s. “Then an owl came to see him,” said Emil, and wanted it put with Wren’s "
        "things. So that is where it is.",
        "Not a wren’s",
        "2022-05",
        photographs=("feather.heic",),
    ),
    Told(
        MARA,
        LINK,
        "It took us a year. Hedda brought marigolds and the children carried the water. We said the blessings under "
        "the pear tree, and Theo read the page he had written.",
        "A year on, in the garden",
        "2022-09-29",
        photographs=("marigolds.jpg", "bowl.jpg", "pear-tree.jpg", "leaves-late.jpg"),
    ),
    Told(
        THEO,
        FRIENDS,
        "Wren,\n\nI had meant to teach you to whistle. I am not good at it. Emil can do it already, with two fingers, "
        "and he says he will do it for both of you.\n\nWe had twenty weeks with you, and one morning. I was there for "
        "all of the morning. I want that written down somewhere that is not a form.",
        "The page I read",
        "2022-09-29",
        is_letter=True,
    ),
    Told(
        INES,
        FRIENDS,
        "There was a candle in my window too. I sat on the stairs, where I could see it. The tram went by every twelve "
        "minutes with all its windows lit, and I wondered who in there knew what the candle was for.\n\nTwo others in "
        "our street had one. I have lived beside them for nine years, and I had not known that about them.",
        "The fifteenth of October",
        "2022-10-15",
        photographs=("candle.jpg",),
    ),
    Told(
        THEO,
        LINK,
        "The tree gave eleven pears. We ate them standing up, over the sink. There was a wasp in one, and it left when "
        "asked.",
        "The first pears",
        "2023-09-03",
        photographs=("pears.jpg",),
    ),
    Told(
        MARA,
        FRIENDS,
        "Juno was born this afternoon, and she shouted.\n\nEmil held her for as long as they would let him. Then he "
        "counted us for her on his fingers: Mara, Theo, Emil, Wren, Juno. “That’s a hand,” he said.",
        "A hand",
        "2024-03-09",
        photographs=("evening.jpg",),
    ),
    Told(
        MARA,
        LINK,
        "We went up before breakfast, all of us, to where you can see the whole valley. There was mist in it like milk "
        "in a bowl. Juno slept. In the hedge by the gate somebody did not: so small a bird, and so loud.",
        "The third autumn",
        "2024-09-29",
        photographs=("hills.jpg",),
    ),
    Told(
        MARA,
        FAMILY,
        "- the cap, yellow, for half an egg\n- the card with two prints, each as long as my thumbnail\n- the band from "
        "my wrist\n- the pressed marigold, and the owl’s feather\n- the ticket from the car park, which I keep meaning "
        "to take out",
        "What is in the box",
        photographs=("pressed.png",),
    ),
    Told(
        THEO,
        FAMILY,
        "> Wren is my brother and he is dead. He would be one.\n\nTo the dentist, who had only asked how he was.\n\n"
        "> If he had a bike it would be a blue one.\n\n> Is it Wednesday there too?",
        "What Emil says",
    ),
    Told(
        THEO,
        SELF,
        "I drive past the hospital on Tuesdays. It is not on the way. I look for the window at the end, and there is "
        "mostly a light in it.\n\nI have not told Mara. Then it would be something that we talk about.",
        "Tuesdays",
    ),
    Told(
        MARA,
        KEEPERS,
        "I wrote them all down once, so that they would stop going round. I do not need to read them again.",
        "Things people said",
        "2021-10",
        is_put_away=True,
    ),
)

# Closed: what stands on the cover, and what Ines, who looks first, says of it.
FOR_CHILDREN = ("window-light.jpg", "feather.heic", "pears.jpg")  # what Emil may look at on his mother's phone
CLOSED_PHOTOGRAPH = "blanket.jpg"
CLOSED_PHOTOGRAPH_SAYS = ("The blanket he was in", "Green and white wool, in folds. Only the blanket.")
CLOSED_MOMENT = "Twelve weeks"
CLOSED_MOMENT_SAYS = ("The scan at twelve weeks", "Mara tells of it. There is no picture in it.")

# An album, laid from the gentlest on; the closed one is the last of it.
ALBUM = ("What there is of those days", "Laid so that one can begin anywhere, and stop.")
ALBUM_HOLDS = ("snowdrops.jpg", "window-light.jpg", "hedge.jpg", "rain.jpg", "blanket.jpg")

DRAFT = {
    "title": ["For Juno, when she asks"],
    "text": ["You have two brothers. One of them is at school. The other one"],
}

# An envelope that nobody has opened: from whom, the note on it, and what lies in it.
ENVELOPE_FROM = "Ada, who was there"
ENVELOPE_NOTE = "There was no camera that night, so I wrote it down instead. There is no hurry, ever."
ENVELOPE_TELLS = (
    "It had begun to rain. You held him between you, under the one lamp that did not hum.\n\n"
    "He had a crease across his left palm, and long feet. Theo counted the toes and said: all there."
)

# Noor's page: it is here so that there is somebody who looks after another one.
ROBIN = "Robin"
OF_ROBIN = "He fed the robin out of his hand, forty winters of robins, and called every one of them sir."
