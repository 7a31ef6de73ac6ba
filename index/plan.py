"""The bundled plan, 国科发区〔2020〕187号, as a source."""

from importlib import resources

from index.document import Source
from index.readers import read


def plan_source() -> Source:
    """Read the plan that comes with the package."""
    with resources.as_file(resources.files("index").joinpath("data/plan.txt")) as path:
        return read(path)
