"""The one place where a picture is made fit to leave: what the question does not need is filled, not blurred."""

from companion_app.redaction.area import Area as Area
from companion_app.redaction.kind import Kind as Kind
from companion_app.redaction.kind import Reason as Reason
from companion_app.redaction.look import Look as Look
from companion_app.redaction.making import Redacted as Redacted
from companion_app.redaction.needs import needs as needs
from companion_app.redaction.plan import Plan as Plan
from companion_app.redaction.redactor import Redactor as Redactor
from companion_app.redaction.region import Region as Region
from companion_app.redaction.region import Seen as Seen
from companion_app.redaction.verified import Verified as Verified
