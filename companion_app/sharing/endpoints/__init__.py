"""Adapters: how each kind of endpoint is asked. A new one needs a card and an `ask`; it opens no connection itself."""
