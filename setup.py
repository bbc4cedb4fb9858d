"""A shim for tools that still run setup.py. What py-swf needs is in pyproject.toml."""

from setuptools import setup

setup()
