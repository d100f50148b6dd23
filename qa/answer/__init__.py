"""From candidate passages to a cited, verbatim answer or a refusal."""
