"""A service with hashed vectors in its own process, to be killed: python killed_service.py FOLDER PORT WORKERS."""

import sys
from functools import partial
from pathlib import Path


def main(folder: Path, port: int, workers: int) -> None:
    from hashed import hashed_parts

    import service.server as server
    from service.jobs import runner, uploads
    from service.settings import Settings

    # An upload that a killed service was receiving is removed once it is old: here, soon.
    uploads.ORPHAN_SECONDS, runner.SWEEP_SECONDS = 2, 1
    server.open_parts = lambda configuration, report=None: hashed_parts(folder / "store")
    server.child_parts = lambda configuration: partial(hashed_parts, folder / "store")
    server.serve(Settings(folder / "store", folder, port=port, workers=workers))


if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
