"""Mails: one for each entry of an inbox whose person wants it, through SMTP."""
