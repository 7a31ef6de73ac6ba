"""`tiaowen index` with hashed vectors in its own process, to be killed: python killed_index.py STORE FILE..."""

import sys
from pathlib import Path


def main(store: Path, files: list[str]) -> None:
    from hashed import hashed_parts

    import index.configuration as configuration
    from service.commands import cli

    configuration.open_parts = lambda configured, report=None: hashed_parts(store)
    sys.argv = ["tiaowen", "index", "--store", str(store), *files]
    cli.main()


if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
    main(Path(sys.argv[1]), sys.argv[2:])
