"""What is known by its name: an operation is copied as itself, and pickled by its name."""

from __future__ import annotations

import sys
from typing import Any

from . import errors


class ByName:
    """As with a function: a copy is the thing itself, and a pickle only says where to find it."""

    __name__: str

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: dict) -> Any:
        return self

    def __reduce__(self) -> Any:
        module, path = self.__module__, getattr(self, "__qualname__", "?")
        found: Any = sys.modules.get(module)
        for name in path.split("."):
            found = getattr(found, name, None)
        if found is not self:
            raise errors.not_found_by_name(repr(self), f"{module}.{path}")
        return path
