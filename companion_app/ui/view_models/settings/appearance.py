"""How the window looks and speaks: in force at once, and known before anything is unlocked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from companion_app.language import KNOWN, N_, _, nearest, system_language
from companion_app.ui.view_models.preferences import FONT_SCALES, PreferencesModel, Scheme
from companion_app.ui.view_models.settings.blocks import Block, BlocksModel, Heading, Pick, Say, Words

_NO_SCREEN_READER = N_("The toolkit of this app gives screen readers nothing to read: this is what we do instead.")
_SCHEMES = {
    Scheme.SYSTEM: N_("As this system is"),
    Scheme.LIGHT: N_("Light"),
    Scheme.DARK: N_("Dark"),
}


class AppearanceModel(BlocksModel):
    """Everything here is a field of the window's plain settings."""

    def __init__(self, preferences: PreferencesModel) -> None:
        super().__init__()
        self._preferences = preferences
        self._end = preferences.observe(self.changed)

    @property
    def title(self) -> str:
        """What the page is called."""
        return _("Appearance and language")

    def end(self) -> None:
        """Stop looking."""
        self._end()

    def blocks(self) -> Sequence[Block]:
        """What stands on it now."""
        held = self._preferences.value
        return [
            *self._lost(),
            Heading(_("Light and dark")),
            *(
                self._pick(f"scheme={scheme}", _(text), held.scheme is scheme, scheme=scheme)
                for scheme, text in _SCHEMES.items()
            ),
            Pick(
                "high_contrast",
                _("High contrast"),
                _("Black and white, with lines around everything."),
                held.high_contrast,
                lambda: self._preferences.change(high_contrast=not held.high_contrast),
                several=True,
            ),
            Heading(_("Size of text")),
            *(
                self._pick(
                    f"font={scale}",
                    _("{percent} %", percent=round(scale * 100)),
                    held.font_scale == scale,
                    font_scale=scale,
                )
                for scale in FONT_SCALES
            ),
            Heading(_("Language")),
            *self._languages(),
            Heading(_("For ears")),
            Pick(
                "spoken_focus",
                _("Say what has the focus"),
                _("Walk with Tab or the arrows: this device says the name and state of each control."),
                held.spoken_focus,
                lambda: self._preferences.change(spoken_focus=not held.spoken_focus),
                several=True,
            ),
            Words(_(_NO_SCREEN_READER), quiet=True),
        ]

    def _lost(self) -> Sequence[Block]:
        if self._preferences.kept:
            return ()
        told = _("Make room on this device. Until then this run alone knows of it.")
        return (Say("caution", "content-save-alert-outline", _("The choice could not be kept."), told),)

    def _languages(self) -> Iterator[Block]:
        held = self._preferences.value.language
        system = nearest(system_language()).own_name
        yield self._pick("language=", _("As this system is ({language})", language=system), not held, language="")
        for code, language in KNOWN.items():
            yield self._pick(f"language={code}", language.own_name, held == code, language=code)

    def _pick(self, key: str, title: str, chosen: bool, **changes: object) -> Pick:
        return Pick(key, title, "", chosen, lambda: self._preferences.change(**changes))
