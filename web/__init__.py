"""The chat in the browser, the article pages and the HTTP interface.

Gradio is imported by `web.screen` and `web.theme`, and by `web.server` once it serves; everything else
here is plain functions from records to HTML, cheap to import and to test.
"""
