"""The public names are importable, and the examples in the docstrings hold."""

import doctest
import importlib

import pytest

import yodo_core


@pytest.mark.parametrize("name", yodo_core.__all__)
def test_every_public_name_is_what_its_home_defines(name):
    assert getattr(yodo_core, name) is getattr(importlib.import_module(yodo_core._HOME[name]), name)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'trian_line'"):
        _ = yodo_core.trian_line


@pytest.mark.parametrize("module", ["yodo_core", "yodo_core.line"])
def test_examples(module):
    result = doctest.testmod(importlib.import_module(module))
    assert result.attempted > 0
    assert result.failed == 0
