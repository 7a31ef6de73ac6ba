"""What is said of a check, in Chinese and in English."""

from collections.abc import Sequence

from retriever.verify.check import NumberDifference

Said = tuple[str, str]


def verified() -> Said:
    return "引文与所引条款一致。", "The words stand in the cited clause."


def other_script() -> Said:
    return (
        "引文与所引条款一致，仅有繁体字与简体字之别。",
        "The words stand in the cited clause, in the other script: traditional and simplified characters differ.",
    )


def uncited(citation: str) -> Said:
    return f"引文未注明出处；原文见{citation}。", f"No source is given; the words stand in {citation}."


def wrong_clause(citation: str, *, differs: bool = False) -> Said:
    if differs:
        return (
            f"所引条款中没有这些文字；最接近的原文在{citation}，且有出入。",
            f"The cited clause does not say this; the nearest words stand in {citation} and differ.",
        )
    return (
        f"引文正确，但出处不对；原文在{citation}。",
        f"The words are right but the place is not; they stand in {citation}.",
    )


def quote_differs() -> Said:
    return "引文与条款原文有出入。", "The quotation differs from the clause."


def numbers(found: Sequence[NumberDifference]) -> Said:
    if not found:
        return "引文中的数字与条款原文不同。", "A number in the quotation is not that of the clause."
    zh = "；".join(
        f"文中为“{n.stated.strip()}”，条款为“{n.source.strip()}”"
        if n.source
        else f"条款没有写到“{n.stated.strip()}”"
        for n in found
    )
    en = "; ".join(
        f"the text says {n.stated.strip()}, the clause {n.source.strip()}"
        if n.source
        else f"the clause does not state {n.stated.strip()}"
        for n in found
    )
    return f"数字或日期不符：{zh}。", f"Numbers or dates differ: {en}."


def wrong_number(given: str, known: str) -> Said:
    if not known:
        return f"文号“{given}”与该文件不符。", f"The 文号 {given} is not that of this document."
    return (
        f"文号不符：文中为“{given}”，该文件的文号是“{known}”。",
        f"The 文号 differs: the text says {given}, the document has {known}.",
    )


def words_not_found() -> Said:
    return (
        "所引条款和已收录的文件中都没有找到这些文字。",
        "Neither the cited clause nor any document says this.",
    )


def uncited_not_found() -> Said:
    return (
        "没有注明出处，已收录的文件中也没有找到这些文字。",
        "No source is given, and no document says this.",
    )


def no_place(what: str) -> Said:
    return f"该文件中没有{what}。", f"The document has no {what}."


def not_indexed(name: str) -> Said:
    return (
        f"没有收录{name or '所引文件'}，无法核对。",
        f"{name or 'The cited document'} is not indexed; it cannot be checked.",
    )


def citation_only(numbers_agree: bool, places: int) -> Said:
    zh, en = (
        "条款存在；没有逐字引用，内容未核对",
        "The clause exists; nothing is quoted, so its content was not checked",
    )
    if numbers_agree:
        zh, en = zh + "，句中数字与条款一致", en + "; the numbers in the sentence are the clause's"
    if places > 1:
        zh, en = (
            zh + f"。这个编号对应 {places} 处，此为第一处",
            en + f". The number stands in {places} places; this is the first",
        )
    return zh + "。", en + "."
