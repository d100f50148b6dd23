"""The index pages of an e-paper's issue, which tell what page an article stands on."""

from __future__ import annotations

import html
import re
from collections import OrderedDict, defaultdict
from collections.abc import Sequence

from qa.errors import BadFile
from qa.ingest.files.sources import Source
from qa.ingest.imprints.naming import label_of
from qa.ingest.imprints.webpages import imprint_in_fields, page_shown
from qa.ingest.read.markup import PAGE_BYTES, decode_markup, fields_of, lines_outside_links, parse_markup

__all__ = ["NodePages"]

NODE = re.compile(r"node_[A-Z]?\d+\.html?$", re.IGNORECASE)
PAGE_LINK = re.compile(r"\s*(?:第\s*)?(?P<label>[A-Za-z]?\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:版|[:：])")


class NodePages:
    """Know from a folder's index pages (``node_2.htm``) which page each article stands on.

    The folders asked about last are remembered, so hand one object on from article to article.
    """

    FOLDERS = 8
    PER_FOLDER = 400

    def __init__(self) -> None:
        self._folders: OrderedDict[str, dict[str, str]] = OrderedDict()

    def page_of(self, source: Source) -> str | None:
        """Return the label of the page that links to `source`; None where no index page does, or two differ."""
        folder = source.name.rpartition("/")[0]
        if folder not in self._folders:
            nodes = [file for file in source.siblings() if NODE.search(file.parts[-1])][: self.PER_FOLDER]
            self._folders[folder] = _labels(nodes)
            if len(self._folders) > self.FOLDERS:
                self._folders.popitem(last=False)
        self._folders.move_to_end(folder)
        return self._folders[folder].get(source.parts[-1])


def _labels(nodes: Sequence[Source]) -> dict[str, str]:
    """Read from the index pages of a folder which article stands on which page."""
    pages: defaultdict[str, set[str]] = defaultdict(set)
    linked: defaultdict[str, list[str]] = defaultdict(list)
    mapped: defaultdict[str, list[str]] = defaultdict(list)
    for node in nodes:
        name = node.parts[-1]
        own: set[str] = set()
        try:
            markup = decode_markup(node.read(PAGE_BYTES), node.name)[0]
            tree = parse_markup(markup, node.name)
        except BadFile:
            continue  # it is a source like any other, and is reported when its own turn comes
        for link in tree.css("a[href], area[href]"):
            target = re.split(r"[?#]", html.unescape(link.attributes["href"] or ""), maxsplit=1)[0].rpartition("/")[2]
            shown = PAGE_LINK.match(link.text())
            label = label_of(shown["label"]) if shown else None
            if label:
                pages[target].add(label)
                own.add(label)
            else:
                (mapped if link.tag == "area" else linked)[target].append(name)
        printed = imprint_in_fields(fields_of(markup, tree)).page or page_shown(lines_outside_links(tree.body))
        if printed:
            pages[name].add(printed)
        elif len(own) == 1:
            pages[name] |= own
    found: dict[str, str] = {}
    for target in [*linked, *mapped]:
        # The list may name the articles of the whole issue; the areas on the page's picture are its own.
        for names in (mapped.get(target), linked.get(target)):
            labels = {label for name in names or () for label in pages.get(name, ())}
            if len(labels) == 1:
                found[target] = labels.pop()
                break
    return found
