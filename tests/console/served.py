"""``py-swf serve`` in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from tests.registered import register_workflow

__all__ = ["client_of", "serving"]


@contextmanager
def serving(*arguments: str) -> Iterator[str]:
    """Serve a local service with its console; yield the address."""
    command = [sys.executable, "-m", "py_swf.cli", *(arguments or ("serve", "--domain", "shop"))]
    env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with subprocess.Popen(
        [*command, "--port", "0"], stdout=subprocess.PIPE, text=True, env=env
    ) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            yield line.split()[-1]
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)
    assert process.returncode == 0


def client_of(url: str) -> Any:
    """Return a boto3 client of the service at an address, with the shop's types registered."""
    boto = boto3.client(
        "swf",
        endpoint_url=url,
        region_name="us-east-1",
        config=Config(signature_version=UNSIGNED, read_timeout=70),
    )
    register_workflow(boto, "shop", "order")
    return boto
