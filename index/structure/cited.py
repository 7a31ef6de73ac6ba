"""The document that a reference names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cited:
    """The document that a reference names."""

    title: str = ""
    """As printed, without 《》, a short name (以下简称) replaced by what it stands for; "" for this document."""
    number: str = ""
    """文号 in （） after the title, or ""."""
    edition: str = ""
    """Year of the edition in （） after the title (2018年修正), or ""."""


THIS = Cited()
"""This document itself."""
