"""Find what breaks replay in workflow code: clocks, randomness, I/O, threads, globals.

::

    python -m py_swf.flow.linting src/

or, as a test::

    from py_swf.flow import linting

    def test_workflows_can_be_replayed():
        linting.check("src/")

It checks functions decorated with ``flow.workflow`` and the functions and methods that they call,
as far as these can be found in the given files. Nothing is imported or run. ``# flow: ignore``
silences a line, ``# flow: ignore[clock]`` one rule.
"""

from py_swf.flow.linting.files import check, lint, main
from py_swf.flow.linting.walk import Finding

__all__ = ["Finding", "check", "lint", "main"]
