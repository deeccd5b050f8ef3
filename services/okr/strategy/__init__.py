"""The strategy: its pillars, and what each promises to the customer."""
