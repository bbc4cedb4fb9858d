"""How the documentation is built: offline, every reference resolved, every snippet run."""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from docs.described import with_defaults  # noqa: E402

project = "py_swf"
author = "the py_swf authors"
copyright = author
release = re.search(  # type: ignore[union-attr]
    r'^__version__.*"(.+)"$', (ROOT / "py_swf" / "__init__.py").read_text("utf-8"), re.MULTILINE
).group(1)
version = release.partition(".dev")[0]

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.extlinks",
    "sphinx.ext.intersphinx",
    "docs.evidence",
    "docs.narrow_screens",
    "docs.reference_directives",
    "docs.search_check",
    "docs.states_directive",
]
if find_spec("sphinx_copybutton"):  # a comfort; the pages can be built without it
    extensions.append("sphinx_copybutton")
if not find_spec("opentelemetry"):  # nor is it needed to describe what uses it
    autodoc_mock_imports = ["opentelemetry"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"py_swf {release}"
html_static_path = ["_static"]
html_css_files = ["narrow.css"]
pygments_style = "default"
highlight_language = "python3"
nitpicky = True

# :swf:`StartWorkflowExecution` names an AWS operation and links to its page.
extlinks = {"swf": ("https://docs.aws.amazon.com/amazonswf/latest/apireference/API_%s.html", "%s")}

# Python's own names are linked through a short list kept here, so that no network is needed.
intersphinx_mapping = {"python": ("https://docs.python.org/3", "python-names.txt")}
# A name that is annotated by its short name, or lives in an inner module, finds no page by itself.
SHORT = "ClientError|Config|Decide|Duration|Executor|Fault|Handler|OnError|SWFClient"
SHORT += "|datetime|timedelta|Form|MissingEvents|OnCancel|IfOpen|Policy|StartChild|ToJson"
SHORT += "|Around|OnCall|Processes|Registration|TimeoutOfTask|WorkflowDefinition"
nitpick_ignore_regex = [
    # No inventory of these is kept here.
    ("py:.*", r"(boto3|botocore|metrics|opentelemetry|pytest|trace)\..*"),
    ("py:.*", rf"ev\.\w+|{SHORT}"),
    # These are documented as one module each, from outside.
    ("py:.*", r"py_swf\.(daemon|flow|local)\.\w+(\.\w+)+"),
    # Parameters of types, and what takes them.
    ("py:.*", r"(.*\.)?~?[PRT](\.k?w?args)?"),
    # Names below a private module or with an underscore, and type variables.
    ("py:.*", r"(.*\.)?_\w+(\..*)?"),
    ("py:.*", r".*[a-z]T"),
]

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "both"
autodoc_typehints_description_target = "documented"
autodoc_default_options = {"members": True}
autodoc_class_signature = "mixed"
python_use_unqualified_type_names = True
maximum_signature_line_length = 88

# The snippets of the how-to pages work in the shop of scenes.py; one page shows a test file.
doctest_path = [str(ROOT / name) for name in ("docs", "tests/docs", "examples")]
doctest_test_doctest_blocks = "default"
trim_doctest_flags = True


def _tidy_signature(
    app: object, what: str, name: str, obj: object, options: object, text: str, returns: str
) -> tuple[str, str]:
    """Leave out what repr adds to ``P``, and the signature that a protocol has from object."""
    text = "" if text == "(*args, **kwargs)" else text and text.replace("~P", "P")
    return text and with_defaults(text, obj), returns


def _link_here(app: object, path: object, docname: str, content: list[str]) -> None:
    """Link README's pictures and pages within these pages: PyPI and a checkout name them."""
    text = re.sub(r"https://\S+/_images/", "pictures/", content[0])
    content[0] = re.sub(r"``docs/([\w/-]+)\.rst``", r":doc:`/\1`", text)


def setup(app: Any) -> None:
    """Tell Sphinx of the above."""
    app.connect("autodoc-process-signature", _tidy_signature)
    app.connect("include-read", _link_here)
