"""Promise 3 on the phone: nothing happens off the record."""

from companion_app.ledger.ledger import Ledger as Ledger
from companion_app.ledger.records import Entry as Entry
from companion_app.ledger.verdict import Verdict as Verdict
