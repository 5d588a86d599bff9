"""The colours that KivyMD 2.0.0 needs; python-for-android's own recipe is of a version before them."""

from __future__ import annotations

from pythonforandroid.recipes.materialyoucolor import MaterialyoucolorRecipe


class NewerRecipe(MaterialyoucolorRecipe):
    """The same build, of the locked version."""

    name = "materialyoucolor"
    version = "3.0.4"


recipe = NewerRecipe()
