"""The bundled plan, 国科发区〔2020〕187号, as a source."""

from importlib import resources

from index.document import Source
from index.originals import Keep, leave
from index.readers.registry import read_bytes


def plan_source(keep: Keep = leave) -> Source:
    """Read the plan that comes with the package; `keep` is given its bytes."""
    content = resources.files("index").joinpath("data/plan.txt").read_bytes()
    return keep(read_bytes("plan.txt", content), content)
