"""Dress Gradio's own parts (boxes, buttons, fields) in the colours and type of the pages."""

from __future__ import annotations

import gradio as gr

from qa.messages import language

__all__ = ["head", "theme"]

SANS = [
    "-apple-system",
    "Segoe UI",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "sans-serif",
]
PAPER, SHEET, INK, DIM, RULE, SEAL = "#faf8f3", "#ffffff", "#1b1a17", "#5c5850", "#d8d2c4", "#9e2a22"

LINKS = (
    '<link rel="stylesheet" href="/look/article.css"><link rel="stylesheet" href="/look/chat.css">'
    '<link rel="icon" href="/look/seal.svg">'
)


def head() -> str:
    """Return what goes into the page's head: the language, and local files only."""
    lang = "zh-Hans" if language() == "zh" else "en"
    return f'<meta name="wb-lang" content="{lang}">{LINKS}<script src="/look/page.js" defer></script>'


def theme() -> gr.themes.Base:
    """Return the theme: light in every setting, because a newspaper is read as ink on paper."""
    light = {
        "body_background_fill": PAPER,
        "body_text_color": INK,
        "body_text_color_subdued": DIM,
        "background_fill_primary": SHEET,
        "background_fill_secondary": PAPER,
        "block_background_fill": "transparent",
        "block_border_color": RULE,
        "block_label_background_fill": "transparent",
        "block_label_text_color": DIM,
        "block_title_text_color": DIM,
        "border_color_primary": RULE,
        "border_color_accent": RULE,
        "input_background_fill": SHEET,
        "input_background_fill_focus": SHEET,
        "input_border_color": RULE,
        "input_border_color_focus": INK,
        "input_placeholder_color": "#767067",
        "panel_background_fill": "transparent",
        "button_primary_background_fill": INK,
        "button_primary_background_fill_hover": SEAL,
        "button_primary_text_color": "#ffffff",
        "button_primary_text_color_hover": "#ffffff",
        "button_primary_border_color": INK,
        "button_secondary_background_fill": "transparent",
        "button_secondary_background_fill_hover": SHEET,
        "button_secondary_text_color": INK,
        "button_secondary_border_color": RULE,
        "color_accent": SEAL,
        "color_accent_soft": PAPER,
        "link_text_color": SEAL,
    }
    shape = {"block_border_width": "0px", "block_shadow": "none", "input_shadow": "none"}
    base = gr.themes.Base(font=SANS, font_mono=["monospace"], radius_size="none", spacing_size="md")
    known = set(dir(base))
    both = {**light, **{f"{name}_dark": value for name, value in light.items()}}
    return base.set(**{name: value for name, value in {**both, **shape}.items() if name in known})
