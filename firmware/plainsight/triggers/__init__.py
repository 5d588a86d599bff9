"""From a finger on the button to what the glasses do: gestures, and what each of them asks for."""
