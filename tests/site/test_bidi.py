"""Numbers between Arabic words stand on the screen in the order in which they are read: measured glyph by glyph."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page

from hub.text.situation import Situation
from tests.site.browsing import LANGUAGES, Site, browser, context, page, site
from tests.situations import NOON, announcement, ended, incident, situation, text

__all__ = ["browser", "context", "page", "site"]

NO_BREAK = "\u00a0"
NUMBERS = (
    "4-9",
    "4–9",
    "08:00-20:00",
    "2 - 5",
    "21.11.2026",
    "21/11",
    "1.250,50",
    "50-100",
    f"+45{NO_BREAK}70{NO_BREAK}20{NO_BREAK}30{NO_BREAK}40",
    "33 44 55 66",
    f"70{NO_BREAK}20{NO_BREAK}30{NO_BREAK}40",
)
HTML = (
    "<h3>للأطفال 4-9 سنوات</h3><ul><li>من 4–9 سنوات</li><li>مفتوح 08:00-20:00 كل يوم</li>"
    "<li>انتظر 2 - 5 دقائق</li><li>منذ 21.11.2026 حتى 21/11</li><li>السعر 1.250,50 kr. أو 50-100 kr.</li></ul>"
    "<p>اتصل على +45&nbsp;70&nbsp;20&nbsp;30&nbsp;40 أو 33 44 55 66 أو "
    '<a href="tel:+4570203040" dir="ltr">70&nbsp;20&nbsp;30&nbsp;40</a>.</p>'
)
GLYPHS = """
([selector, wanted]) => {
  const walker = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    for (let at = node.data.indexOf(wanted); at >= 0; at = node.data.indexOf(wanted, at + 1)) {
      const glyphs = [];
      for (let i = at; i < at + wanted.length; i++) {
        const range = document.createRange();
        range.setStart(node, i);
        range.setEnd(node, i + 1);
        const box = range.getClientRects()[0];
        if (box && box.width && node.data[i].trim()) glyphs.push([Math.round(box.top), box.left, node.data[i]]);
      }
      found.push(glyphs.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(item => item[2]).join(""));
    }
  }
  return found;
}
"""


def arabic() -> Situation:
    """One in force with numbers of every kind, one that ended, one that is not translated, a drill."""
    own = {
        **{name: text(name) for name in ("da", "en")},
        "ar": text("ar", "اغلوا الماء 4-9", html=HTML),
    }
    return situation(
        incident(announcement(11, texts=own, until=NOON + timedelta(hours=3)), number=1),
        incident(ended(10, languages=LANGUAGES), number=2),
        incident(announcement(12, languages=("da", "en")), number=3),
        incident(announcement(13, texts=own), number=4, exercise=True),
        languages=LANGUAGES,
    )


def seen(page: Page, wanted: str, selector: str = "body") -> list[str]:
    """The glyphs of each place where these words stand, from left to right."""
    return list(page.evaluate(GLYPHS, [selector, wanted]))


def without_blanks(words: str) -> str:
    return "".join(words.split())


def test_numbers_stand_in_order_inside_arabic(site: Site, page: Page) -> None:
    site.show(arabic())
    page.set_viewport_size({"width": 1200, "height": 800})
    for path in ("/ar/", "/ar/i/1/", "/alle/", "/ovelse/ar/"):
        page.goto(f"{site.address}{path}")
        for number in NUMBERS:
            found = seen(page, number)
            assert found, (path, number)
            assert set(found) == {without_blanks(number)}, (path, number, found)


def test_times_dates_and_names_stand_in_order_inside_arabic(site: Site, page: Page) -> None:
    site.show(arabic())
    page.set_viewport_size({"width": 1200, "height": 800})
    always = ("11:30", "2026", "21", "v3", "eksempel.dk")
    now = ("Eksempel Kommune", "12:05", "12:45", "DR P4", "15:05")
    for path, words in (("/ar/", always + now), ("/alle/", always + now), ("/ar/i/2/", always)):
        page.goto(f"{site.address}{path}")
        for wanted in words:
            found = seen(page, wanted)
            assert found, (path, wanted)
            assert set(found) == {without_blanks(wanted)}, (path, wanted, found)


def test_language_links_stand_in_order_inside_arabic(site: Site, page: Page) -> None:
    site.show(arabic())
    page.set_viewport_size({"width": 1200, "height": 800})
    page.goto(f"{site.address}/ar/")
    for words in ("Dansk", "English", "Alle sprog", " · All languages"):
        assert seen(page, words, "nav") == [without_blanks(words)]
    lefts = page.evaluate(
        "[...document.querySelectorAll('nav > *')].map(item => item.getBoundingClientRect().left)"
    )
    assert lefts == sorted(lefts, reverse=True)


def test_the_line_of_marks_runs_from_right_to_left(site: Site, page: Page) -> None:
    site.show(arabic())
    page.set_viewport_size({"width": 1200, "height": 800})
    page.goto(f"{site.address}/ar/")
    lefts = page.evaluate(
        """() => {
          const line = document.querySelector("article > p:last-child");
          const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
          const lefts = [];
          while (walker.nextNode()) {
            const range = document.createRange();
            range.selectNodeContents(walker.currentNode);
            lefts.push(Math.round(range.getBoundingClientRect().left));
          }
          return lefts;
        }"""
    )
    assert len(lefts) >= 4
    assert lefts == sorted(lefts, reverse=True)


def test_what_was_measured_can_fail(site: Site, page: Page) -> None:
    """A range without isolation is seen turned around: the measure sees it, and the isolation is needed."""
    site.show(arabic())
    page.goto(f"{site.address}/ar/")
    page.evaluate("document.querySelector('h1').textContent = 'من 4-9 سنوات'")
    assert seen(page, "4-9", "h1") == ["9-4"]
