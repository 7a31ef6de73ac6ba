"""The levels that people name beside a numeral: 第三条 and not 第三条件, Article 3, part two, annex IV."""

# 第一条件, 第三章程, 第一项目, 第二条高速公路: the same characters, no address.
_NOT = {
    "条": r"(?!件|例|[款项](?!的|是|讲|规|有|和|与|、)|理|框|形|线|路|约|码|幅|高速|地铁|铁路|公路|轨道|隧道|街|河|江"
    r"|船|鱼|狗|腿|命|消息|新闻|微博)",
    "章": r"(?!程|节目|鱼)",
    "节": r"(?!点|能|日|约|目|课|假|车)",
    "款": r"(?!项|式|待|手机|车|游戏|产品)",
    "项": r"(?!目|任务|措施|工程|行动|工作|指标|技术|改革|政策|重点|专利|内容)",
    "目": r"(?!标|的|录|前|光)",
    "点": r"(?!半|钟|[0-9零一二三四五六七八九]|分)",
    "段": r"(?!时|路|恋|婚|历)",
    "编": r"(?!制|辑|号|码|写|队|外|内)",
    "部分": r"(?!人|地区|企业|国家|群众)",
    "行": r"(?!业|政|动|为|程|情|长|李)",
}


def level(name: str) -> str:
    """The pattern of one level after a numeral."""
    return name + _NOT.get(name, "")


def levels(*names: str) -> str:
    """The pattern of any of these levels; of two that begin alike the longer must come first."""
    return "|".join(map(level, names))


ENGLISH_LEVELS = {
    "article": "条", "art": "条", "clause": "条", "section": "节", "sec": "节", "chapter": "章", "ch": "章",
    "part": "部分",
    "paragraph": "款", "para": "款", "item": "项", "subparagraph": "项", "sub-paragraph": "项", "point": "点",
    "annex": "附件", "appendix": "附件", "attachment": "附件", "box": "专栏", "table": "表",
}  # fmt: skip
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}


def english_level(word: str) -> str:
    """The level that an English word names, in either number and case and shortened, or ""."""
    lower = word.lower().removesuffix(".")
    return next((ENGLISH_LEVELS[w] for w in (lower, lower.removesuffix("s"), lower.removesuffix("es"))
                 if w in ENGLISH_LEVELS), "")  # fmt: skip


def english_number(written: str) -> int:
    """The value of digits, of a word up to ten, or of a Roman numeral; 0 for anything else."""
    lower = written.lower()
    if lower.isdecimal():
        return int(lower)
    if lower in _WORDS:
        return _WORDS.index(lower) + 1
    if not lower or set(lower) - set(_ROMAN):
        return 0
    signs = [_ROMAN[c] for c in lower]
    return sum(-a if b > a else a for a, b in zip(signs, [*signs[1:], 0], strict=True))
