"""The one place where a picture is made fit to leave: what the question does not need is filled, not blurred."""
