"""Terms: the same for clauses and questions, whatever the width or case; dictionaries; the prepared cache."""

import os
from pathlib import Path

import pytest

from index.clause_texts import closed_up
from index.errors import TiaowenError
from index.text import KEPT_PREPARED, Tokenizer, normalised


def test_policy_terms_are_kept_whole(tokenizer: Tokenizer) -> None:
    words, _ = tokenizer.bag("形成以社会保障卡为载体的服务，建设粤港澳大湾区")
    assert {"社会保障卡", "载体", "粤港澳大湾区"} <= set(words)
    assert "卡为" not in words


def test_full_width_and_upper_case_give_the_same_terms(tokenizer: Tokenizer) -> None:
    assert tokenizer.bag("ＧＤＰ的４.８％") == tokenizer.bag("gdp的4.8%")


def test_traditional_characters_give_the_terms_of_simplified_ones(tokenizer: Tokenizer) -> None:
    assert tokenizer.bag("創業板上市與知識產權證券化") == tokenizer.bag("创业板上市与知识产权证券化")
    folded, places = normalised("裏面的頭髮")
    assert folded == "里面的头发" and places == [0, 1, 2, 3, 4]


def test_bigrams_cover_every_pair_of_neighbouring_han_characters(tokenizer: Tokenizer) -> None:
    _, bigrams = tokenizer.bag("创业板，GDP上市")
    assert bigrams == ["创业", "业板", "上市"]


def test_punctuation_and_blanks_give_no_terms(tokenizer: Tokenizer) -> None:
    assert tokenizer.bag("。，！？ 　\n…—《》") == ([], [])


def test_normalisation_keeps_the_place_of_every_character() -> None:
    text = "①５Ｇ㎡ﬁ"
    folded, places = normalised(text)
    assert folded == "15gm2fi"
    assert places == [0, 1, 2, 3, 3, 4, 4]


def test_a_user_dictionary_changes_the_cut_and_the_fingerprint(tokenizer: Tokenizer, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("\ufeff# ours\n百千万工程 200000 n\n", encoding="utf-8")
    own = Tokenizer(words)
    assert "百千万工程" in own.bag("实施百千万工程")[0]
    assert "百千万工程" not in tokenizer.bag("实施百千万工程")[0]
    assert own.fingerprint != tokenizer.fingerprint


def test_an_unreadable_dictionary_is_a_clear_error(tmp_path: Path) -> None:
    bad = tmp_path / "words.txt"
    bad.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TiaowenError, match=r"words.txt.*one word a line"):
        Tokenizer(bad)


def test_the_prepared_dictionary_cuts_like_the_original_and_survives_damage(
    tokenizer: Tokenizer, tmp_path: Path
) -> None:
    text = "到2025年，全社会研发投入占地区生产总值（GDP）比重力争达到4.8%，西丽湖国际科教城"
    expected = tokenizer.bag(text)
    assert Tokenizer(cache=tmp_path).bag(text) == expected  # writes it
    (cached,) = tmp_path.glob("*.npz")
    assert Tokenizer(cache=tmp_path).bag(text) == expected  # reads it
    cached.write_bytes(cached.read_bytes()[:1000])
    assert Tokenizer(cache=tmp_path).bag(text) == expected  # makes it again


def test_blanks_after_every_character_part_no_words_and_other_blanks_stay() -> None:
    assert closed_up("第 三 条 县 人 民 政 府 应 当 ：公 布 名 录") == "第三条县人民政府应当：公 布 名 录"
    for text in ("科技部 财政部 教育部", "甲 乙 丙 丁", "on the way to it 可以"):
        assert closed_up(text) == text


def test_own_words_are_met_in_whatever_form_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("# 注释\n５Ｇ網絡切片\nPCT申请书 9 n\n", encoding="utf-8")
    own = Tokenizer(tmp_path / "own.txt")
    assert own.own_words == ("5g网络切片", "pct申请书 9 n")
    for text in ("5G网络切片", "5G網絡切片"):
        assert "5g网络切片" in own.bag(text)[0]
    assert own.fingerprint == Tokenizer(words=own.own_words).fingerprint != Tokenizer().fingerprint


def test_dictionaries_prepared_for_former_words_do_not_pile_up(tmp_path: Path) -> None:
    usual = Tokenizer(cache=tmp_path)
    usual.bag("条")
    for number in range(KEPT_PREPARED + 1):
        (tmp_path / f"x_dictionary-{number}.npz").write_bytes(b"")
        os.utime(tmp_path / f"x_dictionary-{number}.npz", (number, number))
    Tokenizer(cache=tmp_path).bag("条")  # in use
    Tokenizer(cache=tmp_path, words=["新词语"]).bag("条")
    left = {path.name for path in tmp_path.glob("*.npz")}
    assert len(left) == KEPT_PREPARED
    assert f"{usual.fingerprint.replace(' ', '_')}.npz" in left
    assert "x_dictionary-0.npz" not in left
