"""Words for what keeps the app's data locked, by class name of the packages `vault` and `store`."""

from __future__ import annotations

from collections.abc import Mapping

from companion_app.language import N_

_NOTHING_TOUCHED = N_("It was left as it is. Restore this app's folder from a backup, or begin anew in another folder.")

VAULT_WORDS: Mapping[str, tuple[str, str]] = {
    "VaultError": (N_("What this phone keeps could not be opened."), N_("Try again.")),
    "NoVault": (N_("Nothing is locked here yet."), N_("Choose how this phone locks what it keeps.")),
    "VaultExists": (
        N_("What this phone keeps is locked already."),
        N_("Open it. Settings can change how it is locked."),
    ),
    "UnsealedFolder": (
        N_("An earlier version of this app kept its data here without a lock. Nothing of it was touched."),
        N_("Move that folder away and pair anew, or use the earlier version to save your pictures first."),
    ),
    "LockLost": (
        N_("Locked data lies here, but the file with its lock (vault.json) is gone. Nothing can open it without that."),
        N_("Restore vault.json from a backup, or move this folder away and begin anew."),
    ),
    "VaultDamaged": (N_("The file with the lock (vault.json) is damaged."), _NOTHING_TOUCHED),
    "VaultLocked": (N_("This app is locked."), N_("Unlock it, then try again.")),
    "WrongPassphrase": (
        N_("That is not the passphrase."),
        N_("Check capital letters and the keyboard's language, then try again."),
    ),
    "PassphraseTooShort": (
        N_("That passphrase is too short: who has this device's files can try millions of short ones."),
        N_("Use at least 12 characters, such as four words that do not belong together."),
    ),
    "PassphraseTooLong": (N_("That passphrase is too long."), N_("Use at most 1024 characters.")),
    "TooManyAttempts": (N_("Too many wrong passphrases in a row."), N_("Wait a moment, then try again.")),
    "WrongKeystoreSecret": (
        N_("The system's keystore holds another secret than the one that opens this app."),
        N_("Open the app by your passphrase if it has one, or restore the keystore from a backup."),
    ),
    "NotProtectedSo": (N_("This app's data does not open this way."), N_("Open it the way it was locked.")),
    "LastProtector": (
        N_("Without this one nobody could open the app again."),
        N_("Add another way to open it first."),
    ),
    "SealBroken": (
        N_("A file of this app was changed, cut or exchanged from outside. What it says is not relied upon."),
        _NOTHING_TOUCHED,
    ),
    "StoreError": (N_("What this app keeps in its database could not be read or written."), N_("Try again.")),
    "SchemaTooNew": (
        N_("A later version of this app used its database. This version would spoil it, so it was left alone."),
        N_("Install the later version again."),
    ),
    "DatabaseDamaged": (
        N_("The app's database is damaged. It was left as it is."),
        N_("Go back to the copy from before the last update if there is one, or begin a new one; both keep this file."),
    ),
    "DatabaseUnwritable": (
        N_("The app's database could not be written, so nothing of this was kept."),
        N_("Make room on this device, then try again."),
    ),
    "NoBackup": (N_("There is no copy of the database to go back to."), N_("Begin a new one; the old file is kept.")),
}
