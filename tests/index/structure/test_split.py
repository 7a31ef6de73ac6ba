"""Every structure of CLAUSES.md on small documents written for the purpose."""

from index.document import NumberOrigin, Paragraph, Source, Split
from index.structure.check import check
from index.structure.split import paragraphs_of, split


def read(text: str, **facts: str) -> Split:
    result = split(Source("试验.txt", "txt", text, paragraphs_of(text), facts))
    assert check(result) == []
    return result


def addresses(result: Split) -> list[str]:
    return [clause.address.partition("#")[2] for clause in result.clauses]


def codes(result: Split) -> list[tuple[int, str]]:
    return [(finding.line, finding.code) for finding in result.findings]


def text_at(result: Split, address: str) -> str:
    node = next(node for node in result.nodes if node.address == address)
    return result.document.text[node.start : node.end]


LAW = """某某市养犬管理条例
（2019年5月1日某某市第一届人民代表大会常务委员会第三次会议通过　2021年6月2日修正）
目　录
第一章　总　则
第二章　法律责任
第三章　附　则
第一章　总　则
第一条　为了规范养犬行为，制定本条例。
第二条　本条例适用于本市行政区域。
军用、警用犬只不适用本条例。
第二章　法律责任
第三条　有下列行为之一的，处二百元罚款：
（一）未登记的；
（二）未免疫的：
1.首次未免疫；
2.逾期未免疫。
前款规定的处罚由公安机关实施。
第四条规定的情形除外，有下列情形的，从轻处罚：
（一）主动改正的；
（二）初次违法的。
第四条　拒不改正的，
没收犬只。
第四条之一　犬只伤人的，依法赔偿。
第三章　附　则
第五条　本条例自2019年10月1日起施行。《某某市限制养犬规定》同时废止。
"""


def test_a_law_has_one_clause_for_each_article() -> None:
    result = read(LAW)
    assert addresses(result) == ["第一条", "第二条", "第三条", "第四条", "第四条之一", "第五条"]
    assert result.clauses[2].path == ("第二章　法律责任",)


def test_a_table_of_contents_is_nodes_but_no_clause() -> None:
    result = read(LAW)
    assert [node.kind for node in result.nodes].count("toc") == 1
    assert [node.address for node in result.nodes if node.kind == "chapter"] == ["第一章", "第二章", "第三章"]


def test_paragraphs_after_the_last_point_are_the_next_paragraph_of_the_article() -> None:
    result = read(LAW)
    assert text_at(result, "第三条/第一款/（二）/2") == "2.逾期未免疫。"
    assert text_at(result, "第三条/第二款") == "前款规定的处罚由公安机关实施。"
    assert text_at(result, "第二条/第二款") == "军用、警用犬只不适用本条例。"


def test_a_reference_at_the_start_of_a_line_starts_no_article() -> None:
    result = read(LAW)
    assert text_at(result, "第三条/第三款/（二）") == "（二）初次违法的。"
    assert (18, "reference") in codes(result)


def test_a_sentence_cut_by_a_line_break_stays_one_paragraph() -> None:
    wrapped = LAW.replace("拒不改正的，\n没收", "拒不改正并且造成严重社会影响的，由公安机关\n没收")
    assert text_at(read(wrapped), "第四条").endswith("由公安机关\n没收犬只。")


def test_amendment_notes_under_the_title_are_history() -> None:
    result = read(LAW)
    assert [node.kind for node in result.nodes][:3] == ["document", "title", "history"]
    assert result.document.title == "某某市养犬管理条例"
    assert result.document.published == "2021-06-02"


def test_citations_of_laws_read_as_people_write_them() -> None:
    from index.structure.citations import citation

    result = read(LAW)
    cited = {node.address: citation(result.document, result.nodes, i) for i, node in enumerate(result.nodes)}
    assert cited["第三条/第一款/（二）/2"] == "《某某市养犬管理条例》第三条第一款第（二）项第2目"
    assert cited["第三条/第三款"] == "《某某市养犬管理条例》第三条第三款"
    assert cited["第四条之一"] == "《某某市养犬管理条例》第四条之一"
    assert cited["第二章"] == "《某某市养犬管理条例》第二章"


def test_gaps_repeats_and_disorder_are_reported_with_their_lines() -> None:
    text = "试验办法\n第一条　甲。\n第三条　乙。\n第三条　丙。\n第二条　丁。\n"
    result = read(text)
    assert codes(result) == [(3, "gap"), (4, "repeat"), (4, "repeat"), (5, "disorder")]
    assert addresses(result) == ["第一条", "第三条", "第三条·2", "第二条"]


def test_numbers_lost_between_paragraphs_that_cannot_be_told_apart_are_not_invented() -> None:
    text = (
        "试验意见\n一、工作任务\n（一）甲事要做好。\n补充说明甲事。\n还要说明甲事。\n"
        "再三说明甲事。\n（四）丁事要做好。\n"
    )
    result = read(text)
    assert all(node.number_origin is not NumberOrigin.INFERRED for node in result.nodes)
    assert (7, "gap") in codes(result)


def test_numbers_lost_between_single_paragraphs_are_inferred() -> None:
    text = (
        "试验意见\n一、工作任务\n（一）甲事要做好，要做扎实。\n乙事也要做好，也要做扎实。\n"
        "（三）丙事更要做好，更要做扎实。\n"
    )
    result = read(text)
    assert [node.number for node in result.nodes if node.number_origin is NumberOrigin.INFERRED] == ["（二）"]


def test_a_lost_article_number_straight_under_a_chapter_is_inferred() -> None:
    text = "试验办法\n第一章　总则\n第一条　甲。\n第二章　分则\n乙应当如此。\n第三条　丙。\n"
    result = read(text)
    assert [
        (node.kind, node.number) for node in result.nodes if node.number_origin is NumberOrigin.INFERRED
    ] == [("article", "第二条")]


NOTICE = """某某市人民政府办公室关于印发
《某某市节水办法》的通知
某政办〔2021〕3号

各区人民政府，市政府各部门：
　　《某某市节水办法》已经市政府同意，现印发给你们。
　　附件：1.任务分工表
　　　　　2.申报条件
某某市人民政府办公室
2021年3月4日
（此件公开发布）
某某市节水办法
第一条　为了节水，制定本办法。
第二条　本办法自2021年4月1日起施行。
附件1
任务分工表
一、总体任务
（一）节水宣传由市水务局负责落实到位。
（二）节水改造由市住建局负责落实到位。
附件2
申报条件
第一条　申报单位应当守法经营。
第二条　申报单位应当按期申报。
"""


def test_attachments_count_for_themselves() -> None:
    result = read(NOTICE)
    assert addresses(result) == [
        "通知/第1段",
        "第一条",
        "第二条",
        "附件1/一/（一）",
        "附件1/一/（二）",
        "附件2/第一条",
        "附件2/第二条",
    ]
    assert result.document.id == "某政办〔2021〕3号"
    assert result.clauses[-1].citation == "《某某市节水办法》（某政办〔2021〕3号）附件2第二条"
    assert result.clauses[3].path == ("附件1 任务分工表", "一、总体任务")


def test_the_list_of_attachments_the_signature_and_the_date_stand_in_no_clause() -> None:
    result = read(NOTICE)
    kinds = [node.kind for node in result.nodes]
    assert kinds.count("attachments") == kinds.count("signature") == kinds.count("date") == 1
    assert result.clauses[0].text == "《某某市节水办法》已经市政府同意，现印发给你们。"


def test_several_documents_in_one_file_are_told_apart() -> None:
    one = (
        "关于节水工作的通知\n某水〔2021〕{}号\n各单位：\n一、加强节水宣传工作。\n"
        "二、加强节水改造工作。\n某某市水务局\n2021年3月{}日\n"
    )
    result = read(one.format(1, 2) + one.format(2, 5).replace("节水", "用水"))
    assert addresses(result) == [
        "关于节水工作的通知/一",
        "关于节水工作的通知/二",
        "关于用水工作的通知/一",
        "关于用水工作的通知/二",
    ]
    assert result.clauses[3].citation == "《关于用水工作的通知》（某水〔2021〕2号）第二条"


def test_a_box_counts_for_itself_and_gives_way_to_the_outer_sequence() -> None:
    text = (
        "试验规划\n一、重大任务\n（一）建设平台，形成体系。\n专栏1　重大平台\n"
        "1.国家实验室建设工程。\n2.技术创新中心建设工程。\n"
        "（二）集聚人才，优化环境。\n二、保障措施\n要加强领导，落实责任。\n"
    )
    result = read(text)
    assert addresses(result) == ["一/（一）", "专栏1", "一/（二）", "二/第1段"]
    assert text_at(result, "专栏1/2") == "2.技术创新中心建设工程。"


def test_each_row_of_a_table_is_a_clause_under_its_header() -> None:
    rows = ["指标\t单位\t目标", "一、产业指标\t\t", "增加值\t亿元\t120", "企业数\t家\t300"]
    text = (
        "试验规划\n一、主要指标\n到2025年，实现以下指标。\n"
        + "\n".join(rows)
        + "\n二、保障措施\n要加强领导，落实责任。\n"
    )
    paragraphs = [
        Paragraph(p.start, p.end, style="row", table=1) if "\t" in text[p.start : p.end] else p
        for p in paragraphs_of(text)
    ]
    result = split(Source("表.html", "html", text, tuple(paragraphs)))
    assert check(result) == []
    assert addresses(result) == ["一/第1段", "表1/第1行", "表1/第2行", "二/第1段"]
    row = result.clauses[2]
    assert (row.text, row.lead_in, row.path) == (
        "企业数\t家\t300",
        "指标\t单位\t目标",
        ("一、主要指标", "一、产业指标"),
    )


def test_numbers_of_automatic_lists_are_labels_and_not_text() -> None:
    text = "试验意见\n总体要求\n甲事要做好，要做扎实，要见成效。\n乙事要做好，要做扎实，要见成效。\n"
    labels = ["", "一、", "（一）", "（二）"]
    paragraphs = tuple(
        Paragraph(p.start, p.end, label=label) for p, label in zip(paragraphs_of(text), labels, strict=True)
    )
    result = split(Source("稿.docx", "docx", text, paragraphs))
    assert check(result) == []
    assert addresses(result) == ["一/（一）", "一/（二）"]
    assert result.clauses[1].number_origin is NumberOrigin.WORD_LIST
    assert result.clauses[1].text == "乙事要做好，要做扎实，要见成效。"


def test_headings_that_the_format_marks_open_sections() -> None:
    text = (
        "工作指南\n适用范围\n本指南适用于本市各有关单位。\n办理流程\n1.提交申请。\n2.审核发证。\n"
        "监督电话\n12345，全天开通。\n"
    )
    levels = [1, 2, 0, 2, 0, 0, 2, 0]
    paragraphs = tuple(
        Paragraph(p.start, p.end, heading_level=level)
        for p, level in zip(paragraphs_of(text), levels, strict=True)
    )
    result = split(Source("指南.md", "md", text, paragraphs))
    assert check(result) == []
    assert addresses(result) == ["适用范围/第1段", "办理流程/1", "办理流程/2", "监督电话/第1段"]
    assert result.clauses[1].citation == "《工作指南》“办理流程”第1条"


def test_a_document_without_numbers_is_cited_by_paragraph() -> None:
    result = read("关于设立节水日的决定\n为了节约用水，市政府决定设立节水日。\n每年三月二十二日为节水日。\n")
    assert addresses(result) == ["第1段", "第2段"]
    assert result.clauses[1].citation == "《关于设立节水日的决定》第2段"


def test_a_closing_paragraph_belongs_to_the_document_not_to_its_last_item() -> None:
    text = (
        "试验意见\n一、加强领导。要落实责任。\n二、加强监督。要严格考核。\n"
        "各地区、各部门要结合实际认真贯彻落实。\n"
    )
    assert addresses(read(text)) == ["一", "二", "结语/第1段"]


def test_continuation_paragraphs_stay_with_the_items_that_have_them() -> None:
    text = "试验函\n一、关于甲。你省提出甲。\n甲已经办理完毕。\n二、关于乙。你省提出乙。\n乙已经办理完毕。\n"
    result = read(text)
    assert addresses(result) == ["一", "二"]
    assert result.clauses[1].text.endswith("乙已经办理完毕。")


def test_very_short_items_are_found_through_their_parent() -> None:
    text = (
        "试验意见\n一、工作范围\n（一）本意见适用于下列单位：\n1.学校；\n2.医院；\n3.机关。\n"
        "（二）其他单位参照本意见执行有关规定。\n"
    )
    result = read(text)
    assert addresses(result) == ["一/（一）", "一/（二）"]
    assert text_at(result, "一/（一）/2") == "2.医院；"


def test_a_signature_and_a_date_on_one_line_are_no_clause() -> None:
    result = read("关于甲的通知\n各单位：\n请认真做好有关工作。\n某某市水务局　　2021年3月4日\n")
    assert addresses(result) == ["第1段"]
    assert result.document.published == "2021-03-04"


def test_dotted_numbers_stand_for_their_ancestors() -> None:
    text = (
        "试验规范\n1 总则\n1.1 本规范适用于甲，不适用于乙。\n1.2 本规范所称甲，是指丙。\n2 要求\n"
        "2.1 甲应当符合要求，经过检验。\n"
        "2.1.1 检验应当每年进行，由具备资质的机构组织实施并公布检验结果。\n"
    )
    levels = [1, 2, 0, 0, 2, 0, 0]
    paragraphs = tuple(
        Paragraph(p.start, p.end, heading_level=level)
        for p, level in zip(paragraphs_of(text), levels, strict=True)
    )
    result = split(Source("规范.md", "md", text, paragraphs))
    assert check(result) == []
    assert addresses(result) == ["1.1", "1.2", "2.1", "2.1.1"]


def test_a_text_without_title_is_named_after_its_file_and_says_so() -> None:
    result = read("第一条　甲应当如此。\n第二条　乙应当如此。\n")
    assert result.document.title == "试验"
    assert codes(result) == [(1, "no-title")]


def test_facts_of_the_container_fill_what_the_text_lacks() -> None:
    result = read(
        "第一条　甲应当如此。\n",
        title="某某办法",
        number="某发〔2020〕1号",
        issuer="某某局",
        published="2020-02-03",
    )
    document = result.document
    assert (document.id, document.title, document.issuer, document.published) == (
        "某发〔2020〕1号",
        "某某办法",
        "某某局",
        "2020-02-03",
    )


def test_a_split_is_the_same_every_time() -> None:
    assert read(LAW) == read(LAW)


def test_page_headers_are_nodes_and_footnotes_are_clauses() -> None:
    text = "试验意见\n第1页\n一、甲事要做好，要做扎实。\n注：甲事见附录说明。\n二、乙事要做好，要做扎实。\n"
    styles = ["", "header", "", "footnote", ""]
    paragraphs = tuple(
        Paragraph(p.start, p.end, style=style) for p, style in zip(paragraphs_of(text), styles, strict=True)
    )
    result = split(Source("稿.docx", "docx", text, paragraphs))
    assert check(result) == []
    assert addresses(result) == ["一", "注1", "二"]
