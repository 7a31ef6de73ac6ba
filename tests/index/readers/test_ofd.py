"""OFD: text placed character by character becomes paragraphs again."""

import zipfile
from pathlib import Path

import pytest

from index.document import Source
from index.errors import ReadError
from index.readers import read

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SIZE = 5.6


def text_object(x: float, y: float, text: str, more: str = "", deltas: str | None = None) -> str:
    """Return a TextObject whose boundary begins at (x, y) in millimetres."""
    steps = f"g {len(text) - 1} {SIZE}" if deltas is None else deltas
    code = f'<ofd:TextCode X="0" Y="4.9" DeltaX="{steps}">{text}</ofd:TextCode>'
    return f'<ofd:TextObject ID="9" Font="1" Size="{SIZE}" Boundary="{x} {y} 160 6" {more}>{code}</ofd:TextObject>'


def write_ofd(path: Path, pages: list[str], info: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        body = f"<ofd:DocInfo>{info}</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        archive.writestr("OFD.xml", f"<ofd:OFD {NAMESPACE}><ofd:DocBody>{body}</ofd:DocBody></ofd:OFD>")
        references = "".join(
            f'<ofd:Page ID="{i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(pages))
        )
        area = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
        archive.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {NAMESPACE}><ofd:CommonData>{area}</ofd:CommonData>"
            f"<ofd:Pages>{references}</ofd:Pages></ofd:Document>",
        )
        for i, page in enumerate(pages):
            content = f"<ofd:Content><ofd:Layer ID='1'>{page}</ofd:Layer></ofd:Content>"
            archive.writestr(
                f"Doc_0/Pages/Page_{i}/Content.xml", f"<ofd:Page {NAMESPACE}>{content}</ofd:Page>"
            )
    return path


def texts(source: Source) -> list[str]:
    return [source.text[p.start : p.end] for p in source.paragraphs]


LINE = "各地区各部门要认真贯彻落实本通知要求加强组织领导密切协作"


def test_lines_are_joined_by_indentation_and_page_numbers_left_out(tmp_path: Path) -> None:
    first = text_object(28 + 2 * SIZE, 30, "一、" + LINE[:24]) + text_object(28, 40, LINE[:26])
    first += text_object(28, 50, "确保实效。") + text_object(28 + 2 * SIZE, 60, "二、" + LINE[:24])
    first += text_object(150, 280, "— 1 —")
    second = text_object(28, 30, "按时完成。") + text_object(28, 280, "— 2 —")
    source = read(write_ofd(tmp_path / "文.ofd", [first, second]))
    assert texts(source) == [
        "一、" + LINE[:24] + LINE[:26] + "确保实效。",
        "二、" + LINE[:24] + "按时完成。",
    ]
    assert [p.page for p in source.paragraphs] == [1, 1]


def test_objects_of_one_line_are_ordered_by_place_and_a_matrix_moves_them(tmp_path: Path) -> None:
    page = text_object(28 + 3 * SIZE, 30, "办法") + text_object(28, 30, "贷款的")
    page += text_object(0, 0, "下一行", more='CTM="1 0 0 1 28 50"')
    assert texts(read(write_ofd(tmp_path / "文.ofd", [page]))) == ["贷款的办法", "下一行"]


def test_repeated_steps_and_single_steps_give_the_same_text(tmp_path: Path) -> None:
    page = text_object(28, 30, "第一条　总则", deltas="g 2 5.6 5.6 g 2 5.6")
    assert texts(read(write_ofd(tmp_path / "文.ofd", [page]))) == ["第一条　总则"]


def test_facts_come_from_the_document_information(tmp_path: Path) -> None:
    info = "<ofd:Title>关于加快建设的通知</ofd:Title><ofd:CustomDatas><ofd:CustomData Name='发文字号'>某发〔2024〕1号"
    info += "</ofd:CustomData></ofd:CustomDatas>"
    facts = read(write_ofd(tmp_path / "文.ofd", [text_object(28, 30, "正文")], info)).facts
    assert facts == {"title": "关于加快建设的通知", "number": "某发〔2024〕1号"}


def test_a_ruled_table_becomes_rows(tmp_path: Path) -> None:
    def rule(x0: float, y0: float, x1: float, y1: float) -> str:
        data = f"<ofd:AbbreviatedData>M {x0} {y0} L {x1} {y1}</ofd:AbbreviatedData>"
        return f'<ofd:PathObject ID="3" Boundary="0 0 210 297">{data}</ofd:PathObject>'

    page = "".join(rule(28, y, 148, y) for y in (30, 45, 60)) + "".join(
        rule(x, 30, x, 60) for x in (28, 88, 148)
    )
    page += text_object(30, 35, "项目") + text_object(90, 35, "标准") + text_object(30, 50, "住宿")
    page += text_object(90, 50, "五百元")
    assert texts(read(write_ofd(tmp_path / "文.ofd", [page]))) == ["项目\t标准", "住宿\t五百元"]


def test_a_missing_page_and_a_page_of_pictures_are_refused_with_a_reason(tmp_path: Path) -> None:
    path = write_ofd(tmp_path / "缺.ofd", [text_object(28, 30, "正文")])
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if "Page_0" not in name}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in kept.items():
            archive.writestr(name, content)
    with pytest.raises(ReadError, match=r"缺.ofd: page 1 is missing"):
        read(path)
    with pytest.raises(ReadError, match=r"扫.ofd.*OCR"):
        read(write_ofd(tmp_path / "扫.ofd", ["<ofd:ImageObject ID='5' Boundary='0 0 210 297'/>"]))
