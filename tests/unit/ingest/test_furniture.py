"""Furniture of pages tells nothing: neither what happened nor the day that the next day is counted from."""

from __future__ import annotations

import pytest
from chronology_contracts.documents import Document
from chronology_ingest import ruleset
from chronology_ingest.extract import extract
from chronology_ingest.extract.furniture import clean
from chronology_ingest.intake import html
from chronology_ingest.intake.text import SourceInput, from_page, from_text

RULES = ruleset.default()
TOLD = [
    "Police arrested the lawyer Mirva Telen in Talvik on Saturday, her husband said.",
    "The following day, protesters marched to the ministry of justice.",
    "The court released Telen on Tuesday.",
]
EXPECTED = [("COERCE", "2023-05-13"), ("PROTEST", "2023-05-14"), ("RETREAT", "2023-05-16")]


def events_of(text: str, published: str = "2023-05-16") -> list[tuple[str, str]]:
    document = Document(id="a" * 32, text=text, sha256="0" * 64, published=published, language="en")
    return [(event.type, event.date) for event in extract(document, RULES)]


def kept(text: str) -> list[str]:
    return [line.text for line in clean(text, RULES).lines]


NEWSPAPER = f"""Home | News | Sport
Most read
Minister resigns over loans
Soldiers kill four in Ostrava raid on 2 May 2019
Police arrest lawyer Mirva Telen in Talvik
By Jon Varg in Talvik
Published: 16 May 2023, 10:15 GMT
Share on Facebook
Mirva Telen outside the court in Talvik. Photo: Jon Varg/Fjord News
{TOLD[0]}
Mirva Telen outside the court in Talvik. Photo: Fjord News
Read more: Police arrested two editors in Talvik on 3 April 2019.
We use cookies. By clicking “Accept” you agree that police arrested nobody on 4 April 2019.
Subscribe to our newsletter: police arrested the news
{TOLD[1]}
Related stories
Court jails editor for ten years
Police kill protester in Ostrava on 6 May 2019
Soldiers raided the offices of the union on 5 June 2019 and arrested ... Read more
{TOLD[2]}
Reporting by Jon Varg; editing by Ann Holt
Tags: police, arrest, Talvik
2 Comments
Ben: The police killed my brother on 4 March 2011.
Anna: Soldiers burned our village on 3 March 2012.
"""
BLOG = f"""Police arrest lawyer Mirva Telen

Posted on May 16, 2023 by Jon Varg

Also read | Police killed two miners in Ostrava on 1 May 2019

{TOLD[0]} (Read also: Soldiers shot three men in Ostrava on 2 June 2019)

Advertisement

{TOLD[1]} [Photo: Police arrested a man on 3 June 2019]

You may also like:

- Police arrest three in Ostrava

- Soldiers kill two in Sellin raid on 4 June 2019

Enjoyed this? Support independent journalism: police arrested our editor on 5 June 2019.

{TOLD[2]}

Jon Varg contributed reporting.

3 thoughts on “Police arrest lawyer Mirva Telen”

Police arrested me on 6 June 2019.
"""
AGENCY = f"""POLICE ARREST LAWYER
TALVIK, May 16, 2023 (Fjord News) - {TOLD[0]}
{TOLD[1]}
Story continues below
{TOLD[2]}
More from Norland:
Police arrested four students on 7 June 2019 …
Soldiers kill farmer
"""


@pytest.mark.parametrize("text", [NEWSPAPER, BLOG, AGENCY])
def test_a_page_in_plain_text_tells_its_story_alone(text: str) -> None:
    document = from_text(text, SourceInput())

    assert events_of(text, document.published) == EXPECTED


PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Police arrest lawyer</title>
<script type="application/ld+json">{{"@type": "NewsArticle", "datePublished": "2023-05-16T10:15:00Z"}}</script></head>
<body><div class="cookies"><p>We use cookies. By clicking accept you agree that police arrested the news.</p></div>
<nav><ul><li><a href="/a">Soldiers kill four in Ostrava</a></li><li><a href="/b">Minister resigns</a></li></ul></nav>
<main><article><h1>Police arrest lawyer</h1><p class="byline">By Jon Varg, 16 May 2023</p>
<p>{TOLD[0]} It was raining and the streets were empty, for it was cold and nobody was about.</p>
<p><strong>Read more:</strong> <a href="/c">Police arrested two editors in Talvik on 3 April 2019.</a></p>
<p>{TOLD[1]} It was raining again and the streets were full of people, who stood there for many hours in the cold.</p>
<aside class="related"><h3>Related stories</h3><ul><li><a href="/d">Court jails editor</a></li></ul></aside>
<div class="newsletter"><p>Get the latest news delivered to your inbox</p></div>
<p>{TOLD[2]} It was raining no more and the streets were dry, and a wind from the sea had come up.</p>
<p class="bio">Jon Varg is a reporter based in Talvik.</p></article>
<section id="comments"><h3>2 comments</h3><p>The police killed my brother on 4 March 2011.</p></section></main>
<footer>© 2018 Fjord News. All rights reserved.</footer></body></html>"""
BARE_PAGE = f"""<html lang="en"><body><div id="content"><h2>Police arrest lawyer</h2>
<div class="meta">Posted on May 16, 2023 by Jon Varg</div>
<div class="entry"><p>{TOLD[0]} It was raining and the streets were empty, for it was cold and nobody was about.</p>
<p>Also read: <a href="/x">Police killed two miners in Ostrava on 1 May 2019</a></p>
<p>{TOLD[1]} It was raining again and the streets were full of people, who stood there for many hours.</p>
<h4>You may also like</h4><p><a href="/y">Soldiers kill two in Sellin raid on 4 June 2019</a></p>
<p>{TOLD[2]} It was raining no more and the streets were dry, and a wind from the sea had come up.</p></div></div>
<div class="footer">Share on Facebook | Tweet this | Copyright 2018</div></body></html>"""


@pytest.mark.parametrize("page", [PAGE, BARE_PAGE])
def test_a_page_in_html_tells_its_story_alone(page: str) -> None:
    document = from_page(page, html.clean(page), SourceInput())

    assert (document.published, document.published_basis) == ("2023-05-16", "html")
    assert events_of(document.text, document.published) == EXPECTED


def test_a_caption_told_once_is_text_and_a_repeated_one_is_furniture() -> None:
    caption = "Soldiers shot a farmer in Ostrava on Monday."

    assert kept(f"A title\n{TOLD[0]}\n{TOLD[1]}\n{caption}") == ["A title", *TOLD[:2], caption]
    assert kept(f"A title\n{TOLD[0]}\n{caption}\n{TOLD[1]}\n{caption} Photo: Jon Varg") == ["A title", *TOLD[:2]]


@pytest.mark.parametrize(
    "credit",
    [
        "Photo: Jon Varg",
        "(AP Photo/Jon Varg)",
        "(Jon Varg/AFP via Getty Images)",
        "[Photo by Jon Varg]",
        "© Fjord News",
    ],
)
def test_a_repeated_caption_is_known_under_another_credit(credit: str) -> None:
    caption = "Soldiers shot a farmer in Ostrava on Monday."
    text = f"A title\n{TOLD[0]}\n{caption}\n{TOLD[1]}\n{caption} {credit}"

    assert kept(text) == ["A title", *TOLD[:2]]


def test_the_title_above_the_story_is_kept_below_headlines_of_others() -> None:
    text = f"Latest news\nMinister resigns\nSoldiers kill four\nPolice arrest lawyer\n{TOLD[0]}"

    assert kept(text) == ["Police arrest lawyer", TOLD[0]]


def test_comments_are_cut_only_below_the_most_of_a_text() -> None:
    above = f"2 comments\n{TOLD[0]}\n{TOLD[1]}"
    below = f"{TOLD[0]}\n{TOLD[1]}\n2 comments\nPolice arrested me."

    assert kept(above) == kept(below) == TOLD[:2]


def test_a_subheading_and_prose_below_read_more_are_read() -> None:
    text = f"A title\n{TOLD[0]}\nRead more\n{TOLD[1]}\nThe release\n{TOLD[2]}"

    assert kept(text) == ["A title", TOLD[0], TOLD[1], "The release", TOLD[2]]


def test_furniture_leaves_every_offset_where_it_was() -> None:
    cleaned = clean(BLOG, RULES)

    assert len(cleaned.text) == len(BLOG)
    assert "2019" not in cleaned.text
    assert [cleaned.text.find(told) for told in TOLD] == [BLOG.find(told) for told in TOLD]


def test_a_text_without_furniture_is_left_as_it_is() -> None:
    text = "\n\n".join(TOLD)

    assert clean(text, RULES).text == text
