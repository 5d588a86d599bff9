"""What was asked and answered on this phone, as long as the owner's answers let it stay."""

from companion_app.assistant.history.history import History as History
from companion_app.assistant.history.kept import Kept as Kept
