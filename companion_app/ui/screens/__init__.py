"""The screens. They only look at their view-model and ask it; no decision is made here."""
