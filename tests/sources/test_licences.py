"""Licences as the words around a paper state them."""

from __future__ import annotations

import pytest

from kg.sources.licences import licence


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["http://creativecommons.org/licenses/by/4.0/"], "http://creativecommons.org/licenses/by/4.0/"),
        (["CC BY 4.0", "https://x.org/licence."], "https://x.org/licence"),
        (["an article under the Creative Commons Attribution License, which permits use"], "Creative Commons Attribution License"),
        (["Licensed CC-BY-NC-SA 4.0."], "CC-BY-NC-SA 4.0"),
        (["© 2020 Springer, https://www.springer.com/. Licence: CC-BY (https://creativecommons.org/licenses/by/4.0/)"], "https://creativecommons.org/licenses/by/4.0/"),
        (["© 2020 Springer, https://www.springer.com/"], ""),  # the address of a publisher
        (["info:eu-repo/semantics/openAccess", "Copyright 2020 The Authors", ""], ""),
    ],
)  # fmt: skip
def test_licences(statements: list[str], expected: str) -> None:
    assert licence(statements) == expected
