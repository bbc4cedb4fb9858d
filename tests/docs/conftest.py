"""The plugin's fixtures, for checkouts where py_swf is not installed and so loads no plugin."""

from py_swf.pytest_plugin import local_swf, local_swf_server, pytest_configure, swf_client

__all__ = ["local_swf", "local_swf_server", "pytest_configure", "swf_client"]
