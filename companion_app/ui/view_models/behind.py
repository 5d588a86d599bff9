"""What lies behind the door: every service and every view-model. The door imports this once the lock was seen."""

from companion_app.companion import Companion as Companion
from companion_app.service.live_notice import LiveNotice as LiveNotice
from companion_app.service.watching import Watching as Watching
from companion_app.ui.view_models.shell import ShellModel as ShellModel
