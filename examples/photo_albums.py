"""Photo albums as a workflow: shrink all photos at the same time, then bind the album.

Without arguments it makes one album on a local service in this process.
"""

from __future__ import annotations

import asyncio

from py_swf import flow


# begin activities
@flow.activity(start_to_close_timeout=600)
def shrink(photo: str) -> str:
    """Make one photo smaller."""
    return f"small-{photo}"


@flow.activity(start_to_close_timeout=600)
def bind(photos: list[str]) -> str:
    """Put an album together."""
    return " + ".join(photos)


# begin workflow
@flow.workflow
async def album(photos: list[str]) -> str:
    """Make an album."""
    small = await asyncio.gather(*[shrink(photo) for photo in photos])
    return await bind(small)


if __name__ == "__main__":
    from py_swf.testing import play

    print(play(album, ["beach.jpg", "dinner.jpg"], activities=[shrink, bind]))
