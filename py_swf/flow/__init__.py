"""Workflows as plain async functions, replayed over the histories of SWF."""

__all__: list[str] = []
