"""Test the workflows of ``videos.py`` on a local SWF."""

from videos import approve, encode, join, new_videos, nightly, publish

from py_swf.testing import play


def test_an_approved_video_is_published() -> None:
    """A video is published when somebody approves."""
    result = play(publish, "cat", activities=[encode, join], signals=[(approve, True)])
    assert result == "cat: 20 parts"


def test_a_video_that_nobody_approves_is_not_published() -> None:
    """After two days without an answer it is not published."""
    assert play(publish, "cat", activities=[encode, join]) == "cat: nobody approved"


def test_each_night_has_its_videos() -> None:
    """Each night starts the workflows of its videos, and waits for them."""
    listed = iter([["cat", "dog"], ["cow"]])
    play(
        nightly,
        last=2,
        activities={new_videos: lambda: next(listed), encode: encode.fn, join: join.fn},
        workflows=[publish],
    )
    assert list(listed) == []
