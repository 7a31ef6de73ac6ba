"""Questions, asked with the present words and with others → what changes, and how much better or worse by nDCG@10."""

from collections.abc import Callable, Sequence

from eval.judgements import PLAN, EvalQuestion, EvalSet, plan_set
from eval.measure import PRIMARY, measured
from eval.run import Run
from retriever.preview import Asked, Changed, Preview, Rankings, firsts, moves
from retriever.search import Searcher


def preview(
    before: Searcher, after: Searcher, asked: Sequence[Asked], progress: Callable[[int, int], None]
) -> Preview:
    """Ask `asked` and, where the plan is in the collection, the plan's questions. See `retriever.preview`."""
    known = set(before.index.catalogue.addresses())
    together = [*asked, *_plan_questions(known)]
    old, new, refused = firsts(before, after, [one.text for one in together], progress)
    judged = [{a: g for a, g in one.grades.items() if a in known} for one in together]
    worth = [_values(judged, rankings) for rankings in (old, new)]
    changed = []
    for place, one in enumerate(together):
        if old[place] != new[place]:
            was, now = (values.get(place) for values in worth)
            moved = moves(before, old[place], new[place], judged[place])
            changed.append(Changed(one.text, one.origin, was, now, moved))
    differences = [worth[1][place] - worth[0][place] for place in worth[0]]
    return Preview(
        {origin: sum(one.origin == origin for one in together) for origin in dict.fromkeys(o.origin for o in together)},
        len(differences), _mean(list(worth[0].values())), _mean(list(worth[1].values())),
        sum(d > 0 for d in differences), sum(d < 0 for d in differences), refused,
        tuple(sorted(changed, key=_order)),
    )  # fmt: skip


def _plan_questions(known: set[str]) -> list[Asked]:
    """Those of the built-in set, where the collection holds the clauses that it judges."""
    plan = plan_set()
    if not known.issuperset(address for grades in plan.qrels.values() for address in grades):
        return []
    return [Asked(q.text, PLAN, plan.qrels[q.id] if plan.relevant(q.id) else {}) for q in plan.questions]


def _values(judged: Sequence[dict[str, int]], rankings: Rankings) -> dict[int, float]:
    """nDCG@10 of every judged question by its place."""
    names = {str(place): place for place in range(len(judged))}
    questions = tuple(EvalQuestion(name, "") for name in names)
    ranked = {
        name: [(a, -float(rank)) for rank, a in enumerate(rankings[place])] for name, place in names.items()
    }
    found = EvalSet("preview", questions, {name: judged[place] for name, place in names.items()})
    scores = measured(Run("", ranked, {}), found, [PRIMARY])
    return {names[q]: value for q, value in zip(scores.questions, scores.values[PRIMARY], strict=True)}


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _order(one: Changed) -> tuple[int, float, str]:
    """Losses, the greatest first, then gains, then questions of which nothing can be said."""
    change = (one.after or 0.0) - (one.before or 0.0)
    if one.before is None or change == 0:
        return 2, 0.0, one.text
    return (0 if change < 0 else 1), -abs(change), one.text
