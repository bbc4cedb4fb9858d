"""Publish videos: five parts at a time, retries, an approval with a deadline, every night."""

from __future__ import annotations

import asyncio

import boto3

from py_swf import LONG_POLL_CONFIG, flow

PATIENT = flow.Retry(attempts=4, first=10, longest=300)
approve = flow.Signal("approve", bool)


@flow.activity(retry=PATIENT, start_to_close_timeout=3600, heartbeat_timeout=60)
def encode(video: str, part: int) -> str:
    """Encode a part of a video."""
    return f"{video}.{part}.mp4"


@flow.activity(retry=PATIENT, start_to_close_timeout=600)
def join(parts: list[str]) -> str:
    """Make one video from its parts."""
    return f"{len(parts)} parts"


@flow.activity(retry=PATIENT, start_to_close_timeout=60)
def new_videos() -> list[str]:
    """List the videos that have come since yesterday."""
    return []


@flow.workflow
async def publish(video: str, parts: int = 20) -> str:
    """Encode a video, and publish it if somebody approves within two days."""
    slots = asyncio.Semaphore(5)

    async def one(part: int) -> str:
        async with slots:
            return await encode(video, part)

    joined = await join(await asyncio.gather(*map(one, range(parts))))
    try:
        async with asyncio.timeout(2 * 86_400):  # type: ignore[attr-defined]  # since Python 3.11
            granted = await approve.receive()
    except TimeoutError:
        return f"{video}: nobody approved"
    return f"{video}: {joined}" if granted else f"{video}: refused"


@flow.workflow
async def nightly(night: int = 0, last: int | None = None) -> None:
    """Publish the new videos of each night, each in its own workflow."""
    while night != last:
        children = [publish.options(workflow_id=f"video-{v}")(v) for v in await new_videos()]
        await asyncio.gather(*children)
        night += 1
        await asyncio.sleep(86_400)
        if flow.info().continue_as_new_suggested:
            await flow.continue_as_new(night, last)


if __name__ == "__main__":
    boto_client = boto3.client("swf", config=LONG_POLL_CONFIG)
    flow.Worker(
        boto_client,
        "videos",
        task_list="videos",
        workflows=[publish, nightly],
        activities=[encode, join, new_videos],
    ).run()
