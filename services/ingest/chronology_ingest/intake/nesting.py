"""How deep the tags of an HTML text nest, found without parsing it: parsers take deep nesting badly."""

from __future__ import annotations

import re
from typing import Final

_MARK = re.compile(r"<!--|</?[a-z][a-z0-9-]*")
# These need no end tag: written without, they would seem to nest, and never do.
_FLAT: Final = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "optgroup", "colgroup", "rp", "rt",
    "html", "head", "body",
})  # fmt: skip
# Between these and their ends there are no tags.
_RAW: Final = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})


def tag_depth(html: str) -> int:
    """The greatest number of elements open at once. Linear in the length; an approximation from above."""
    lowered = html.lower()
    depth = deepest = at = 0
    while found := _MARK.search(lowered, at):
        mark, at = found[0], found.end()
        name = mark.lstrip("</")
        end = "-->" if mark == "<!--" else f"</{name}" if mark[1] != "/" and name in _RAW else ""
        if end:
            at = lowered.find(end, at)
            if at < 0:
                break
            at += len(end)
        elif name not in _FLAT:
            depth = max(0, depth - 1) if mark[1] == "/" else depth + 1
            deepest = max(deepest, depth)
    return deepest
