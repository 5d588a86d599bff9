# python-for-android's base of a recipe, as far as ours use it.
from collections.abc import Sequence

class _Arch:
    arch: str

class _Context:
    javaclass_dir: str

class PyProjectRecipe:
    name: str
    version: str
    url: str
    depends: Sequence[str]
    ctx: _Context
    def get_build_dir(self, arch: str) -> str: ...
    def postbuild_arch(self, arch: _Arch) -> None: ...
