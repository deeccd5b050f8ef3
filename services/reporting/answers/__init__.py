"""What people ask: a question, its queries and its route."""
