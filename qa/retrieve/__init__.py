"""From a question to candidate passages."""
