"""Questions wait for their turn in the order in which they came, and a turn is given back whatever happens."""

import threading
import time

import pytest

from service.turns import Turns


def test_no_more_are_worked_on_at_once_and_nobody_overtakes() -> None:
    turns = Turns(2)
    lock = threading.Lock()
    inside, most, order = 0, 0, []
    go = threading.Event()

    def work(number: int) -> None:
        nonlocal inside, most
        with turns:
            with lock:
                inside += 1
                most = max(most, inside)
                order.append(number)
            assert go.wait(10)
            time.sleep(0.002)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
        time.sleep(0.01)  # each waits before the next comes
    assert order == [0, 1]
    go.set()
    for thread in threads:
        thread.join(10)
    assert most == 2
    # Two leave at the same time: which of them speaks first is chance, not who gets their turns.
    assert all(abs(place - number) <= 1 for place, number in enumerate(order)), order


def test_a_turn_is_given_back_when_the_work_fails() -> None:
    turns = Turns(1)
    with pytest.raises(ValueError, match="no"), turns:
        raise ValueError("no")
    with turns:
        pass
