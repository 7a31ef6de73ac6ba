"""Frames: the documents, covering notices and attachments that one file holds, and which belongs to which."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.structure.lines import Line
from index.structure.titles import squeeze

_ISSUES = re.compile(r"印发|转发|批转|发布|公布|颁布|下发|令$|[修制]订")


@dataclass(slots=True)
class Frame:
    """A document, covering notice or attachment as a stretch of lines."""

    kind: str
    """document, notice or attachment."""
    lines: list[Line] = field(default_factory=list)
    title: str = ""
    """Joined over its lines, without blanks."""
    number: str = ""
    label: str = ""
    """Number of an attachment as printed, "" where it has none."""
    word: str = "附件"
    """What an attachment calls itself: 附件, 附录, 附表."""
    owner: int = -1
    """Position of the frame that an attachment belongs to."""


def _issues(cover: Frame, frame: Frame) -> bool:
    """Does the title of `cover` name the document that stands as its attachment?"""
    title, issued = squeeze(cover.title), squeeze(frame.title)
    return (len(issued) > 3 and f"《{issued}》" in title) or issued in title.partition("发")[2]


def related(frames: Sequence[Frame]) -> list[Frame]:
    """Name the covering notice, find the owner of each attachment, and raise issued attachments to documents."""
    frames = [frame for frame in frames if frame.lines]
    for frame in frames:
        for line in frame.lines:
            if line.role in ("dotted", "signature") and frame.kind == "attachment" and line.role == "dotted":
                line.role = ""
    cover: Frame | None = None
    for frame in frames:
        if frame.kind == "attachment" and cover is not None and _issues(cover, frame):
            frame.kind = "document"
        if frame.kind == "document":
            if cover is not None and not frame.number:
                # What a notice issues carries no 文号 of its own.
                cover.kind = "notice"
            elif _ISSUES.search(frame.title):
                cover = frame
            else:
                cover = None
    owner = 0
    for position, frame in enumerate(frames):
        if frame.kind == "attachment":
            frame.owner = owner
        else:
            owner = position
    return frames
