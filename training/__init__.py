"""Make the shipped weights again from public parts; nothing here is needed to run the product."""
