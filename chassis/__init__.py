"""What every service stands on: transactions, outbox, relay, consumer, tokens, problems."""
