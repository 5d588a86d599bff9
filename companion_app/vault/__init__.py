"""The lock of everything that this phone keeps: one data key, and who may open it."""

from companion_app.vault.attempts import Attempts as Attempts
from companion_app.vault.protectors import KeyBeside as KeyBeside
from companion_app.vault.protectors import Keystore as Keystore
from companion_app.vault.protectors import Passphrase as Passphrase
from companion_app.vault.protectors import Protector as Protector
from companion_app.vault.sealed_files import Lines as Lines
from companion_app.vault.sealed_files import SealedFiles as SealedFiles
from companion_app.vault.vault import Vault as Vault
from companion_app.vault.vault import destroy as destroy
