"""HTML of strangers: cleaned for showing, and turned into plain lines for reading, folding and searching."""

from html.parser import HTMLParser

import nh3

TAGS = {
    *("p", "br", "div", "span", "b", "strong", "i", "em", "u", "s", "sub", "sup", "small", "blockquote", "pre", "code", "hr"),
    *("ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "td", "th", "a"),
    *("h1", "h2", "h3", "h4", "h5", "h6"),
}
GONE = {"script", "style", "title", "head", "noscript", "template", "svg", "math", "iframe", "object", "textarea", "select"}
BLOCKS = {"p", "div", "blockquote", "pre", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "hr", "br", "h1", "h2", "h3", "h4"}
DEEPEST = 2_000  # a page nests some dozens; beyond this it is an attack, and only its words are kept
RULE = "_" * 32


def cleaned(page: str) -> str:
    """What may be shown: words, lists, tables and links. No image, style, form or frame is left, so nothing is ever fetched."""
    if page.count("<") > 20 * DEEPEST:
        return ""
    return nh3.clean(
        page.replace("\x00", ""),
        tags=TAGS,
        clean_content_tags=GONE,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


def bare(page: str) -> str:
    """The words alone, for a page that is not worth cleaning."""
    return " ".join(" ".join(piece.partition(">")[2] for piece in f">{page}".split("<")).split())


def plain_of(page: str) -> str:
    """The words of a cleaned page in lines; quotations begin with ``>`` as in plain mail."""
    reader = _Lines()
    reader.feed(page)
    reader.close()
    return reader.text()


class _Lines(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self._end_line(keep_empty=tag in ("br", "p"))
        if tag == "blockquote":
            self.depth += 1
        if tag == "hr":
            self.lines.append(self._prefix() + RULE)
        if tag == "li":
            self.line.append("- ")
        if tag in ("td", "th"):
            self.line.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS and tag != "br":
            self._end_line(keep_empty=False)
        if tag == "blockquote":
            self.depth = max(0, self.depth - 1)

    def handle_data(self, data: str) -> None:
        self.line.append(data)

    def _prefix(self) -> str:
        return "> " if self.depth else ""

    def _end_line(self, *, keep_empty: bool) -> None:
        words = " ".join("".join(self.line).split())
        self.line = []
        if words or (keep_empty and self.lines and self.lines[-1].strip("> ")):
            self.lines.append((self._prefix() + words).rstrip() if words else self._prefix().strip())

    def text(self) -> str:
        self._end_line(keep_empty=False)
        return "\n".join(self.lines).strip()
