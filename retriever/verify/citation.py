"""What a citation of a draft is."""

from dataclasses import dataclass

from retriever.verify.places import Step


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in the draft that names a document, or places of one."""

    start: int
    end: int
    documents: tuple[str, ...]
    """Ids it may mean; () where the document is not indexed or not named."""
    name: str
    """The document as the draft calls it, "" where it is understood."""
    steps: tuple[Step, ...] = ()
    address: str = ""
    """The part after # of an address of ours that it gives."""
    wrong_number: str = ""
    """文号 it gives, where the document of that title has another."""
