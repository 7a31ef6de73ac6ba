"""What is remembered is made once, also by threads at once; what failed is made again."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from index.remembered import Remembered


def test_threads_that_want_the_same_wait_for_the_one_that_makes_it() -> None:
    remembered: Remembered[int] = Remembered(4)
    begun, go = threading.Event(), threading.Event()
    made: list[int] = []

    def make() -> int:
        begun.set()
        assert go.wait(10)
        made.append(1)
        return 7

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(remembered.get, "a", make)
        assert begun.wait(10)
        others = [pool.submit(remembered.get, "a", make) for _ in range(2)]
        assert remembered.get("b", lambda: 8) == 8  # another is not held up
        go.set()
        assert [one.result(10) for one in (first, *others)] == [7, 7, 7]
    assert made == [1]


def test_the_one_not_asked_for_longest_is_forgotten() -> None:
    remembered: Remembered[str] = Remembered(2)
    for key in "abac":
        remembered.get(key, lambda key=key: key)
    assert remembered.get("a", lambda: "anew") == "a"
    assert remembered.get("b", lambda: "anew") == "anew"


def test_a_failure_is_told_to_all_who_wait_and_not_remembered() -> None:
    remembered: Remembered[int] = Remembered(2)

    def fail() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        remembered.get("a", fail)
    assert remembered.get("a", lambda: 1) == 1
