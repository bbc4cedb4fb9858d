"""How py-swf is built and what it needs; the version is read as text, nothing of it is imported."""

from __future__ import annotations

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).resolve().parent

SERVER = ["httptools>=0.6", "uvicorn>=0.23"]
TEST = ["coverage>=7.2", "hypothesis>=6.100", "moto>=5.0", "pytest>=7.4", *SERVER]
DOCS = ["furo>=2024.8.6", "pytest>=7.4", "sphinx>=8.1", *SERVER]


def version() -> str:
    """Read ``__version__`` from the package's source.

    :return: the version, as PEP 440 spells it.
    :raises ValueError: when ``py_swf/__init__.py`` does not assign ``__version__`` a string.
    """
    source = (HERE / "py_swf" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__(?:: \w+)? = "([^"]+)"$', source, re.MULTILINE)
    if found is None:
        raise ValueError("py_swf/__init__.py must assign a string to __version__, on one line")
    return found.group(1)


setup(
    name="py-swf",
    version=version(),
    description="A thin, typed client library for Amazon SWF over an injected boto3 client",
    long_description=(HERE / "README.rst").read_text(encoding="utf-8"),
    long_description_content_type="text/x-rst",
    author="the py_swf authors",
    license="MIT",
    license_files=["LICENSE"],
    keywords=["aws", "swf", "simple workflow service", "boto3", "workflow", "decider"],
    classifiers=[
        "Development Status :: 4 - Beta",
        "Intended Audience :: Developers",
        "Operating System :: OS Independent",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3 :: Only",
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Software Development :: Libraries :: Python Modules",
        "Topic :: System :: Distributed Computing",
        "Typing :: Typed",
    ],
    packages=find_packages(include=["py_swf", "py_swf.*"]),
    package_data={"py_swf": ["py.typed"]},
    python_requires=">=3.10",
    install_requires=["attrs>=22.2", "boto3>=1.35.17", "botocore>=1.35.17"],
    extras_require={"server": SERVER, "test": TEST, "docs": DOCS},
    # Named as the module, so that pytest finds it loaded already where pytest_plugins names it.
    entry_points={"pytest11": ["py_swf.pytest_plugin = py_swf.pytest_plugin"]},
    zip_safe=False,
)
