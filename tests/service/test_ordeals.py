"""Three rounds of each ordeal; `python tests/service/ordeals.py WHAT 50` does fifty."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from ordeals import indexing, receiving, swapping


def test_tiaowen_index_killed_at_any_moment_loses_nothing_published_and_leaves_nothing_behind(
    tmp_path: Path,
) -> None:
    assert indexing(tmp_path, 3)["rounds"] == 3


def test_a_service_killed_between_publishing_and_swapping_loses_no_accepted_document(tmp_path: Path) -> None:
    assert swapping(tmp_path, 3)["served"] >= 3 + 2


def test_a_service_killed_while_a_file_arrives_keeps_what_it_accepted_and_no_piece_of_the_rest(
    tmp_path: Path,
) -> None:
    assert receiving(tmp_path, 3)["served"] >= 2
