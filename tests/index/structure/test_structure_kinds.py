"""Kinds of documents and the turns of numbering peculiar to them, each as a short text of its kind."""

import pytest

from index.document import NumberOrigin, Source, Split
from index.structure.check import check
from index.structure.split import paragraphs_of, split


def read(text: str) -> Split:
    result = split(Source("试验.txt", "txt", text, paragraphs_of(text)))
    assert check(result) == []
    return result


def addresses(result: Split) -> list[str]:
    return [clause.address.partition("#")[2] for clause in result.clauses]


def text_at(result: Split, address: str) -> str:
    node = next(node for node in result.nodes if node.address == address)
    return result.document.text[node.start : node.end]


def test_a_standard_is_read_by_its_bare_and_dotted_numbers() -> None:
    result = read(
        "DB99/T 1234—2022\n社区食堂服务规范\n1 范围\n本文件适用于社区食堂，其他食堂可以参照。\n"
        "2 术语\n2.1\n助餐 meal\n"
        "为老年人供餐的活动。\n2.2\n送餐 delivery\n将餐食送到家中的活动。\n3 要求\n3.1 场所\n"
        "3.1.1 厨房面积应不小于20 m2，"
        "并且分区明确、通风良好、便于清洁。\n3.1.2 餐厅应当设置无障碍通道、扶手和座椅，"
        "地面应当防滑并保持干燥。\n3.2 人员应当持证上岗。\n"
        "附录A\n（规范性）\n食谱示例\nA.1 早餐\n早餐应当包括主食、蛋奶和蔬菜。\nA.2 午餐\n"
        "午餐应当荤素搭配、咸淡适中。\n"
    )
    assert (result.document.title, result.document.number) == ("社区食堂服务规范", "DB99/T 1234—2022")
    assert addresses(result) == [
        "1/第1段",
        "2.1",
        "2.2",
        "3.1.1",
        "3.1.2",
        "3.2",
        "附录A/A.1/第1段",
        "附录A/A.2/第1段",
    ]
    assert result.clauses[3].path == ("3 要求", "3.1 场所")


@pytest.mark.parametrize(
    "line",
    ["3 个月内办结全部手续。", "5 年以上工作经历优先。", "7 家企业获得首批试点资格。", "3.14"],
)
def test_a_bare_numeral_that_no_sequence_calls_for_is_text(line: str) -> None:
    result = read(f"试验意见\n一、缩短办理时间，提高办理效率。\n{line}\n二、优化办理流程，减少办理材料。\n")
    assert [node.number for node in result.nodes if node.number] == ["一", "二"]


def test_headings_numbered_with_a_leading_zero_hold_what_follows_them() -> None:
    result = read(
        "某某市行动方案\n01 提升便利度\n推行一网通办，压缩办理时间。\n02 优化审批\n改革审批制度，"
        "压缩审批时限。\n"
    )
    assert addresses(result) == ["01/第1段", "02/第1段"]


def test_parts_counted_within_a_sentence_have_addresses_and_stay_one_clause() -> None:
    result = read(
        "试验意见\n一、改造管网。一是更新旧管网；二是推进雨污分流；三是消除空白区。\n二、加强保障。"
        "要落实责任。\n"
    )
    assert addresses(result) == ["一", "二"]
    assert text_at(result, "一/二是") == "二是推进雨污分流；"
    assert text_at(result, "一/三是") == "三是消除空白区。"
    assert result.clauses[0].text.endswith("三是消除空白区。")


def test_judicial_interpretations_group_articles_under_plain_headings() -> None:
    result = read(
        "关于审理某某案件的解释\n一、一般规定\n第一条　当事人请求解除的，应予支持。\n"
        "第二条　有下列情形的，不予支持：\n"
        "（一）超过时效的；\n（二）没有依据的。\n二、关于责任承担\n第三条　本解释自公布之日起施行。\n"
    )
    assert addresses(result) == ["第一条", "第二条", "第三条"]
    assert result.clauses[2].path == ("二、关于责任承担",)
    assert result.clauses[2].citation == "《关于审理某某案件的解释》第三条"
    assert result.findings == ()


def test_what_a_decision_quotes_and_renumbers_is_no_clause_of_its_own() -> None:
    result = read(
        "关于修改《某某条例》的决定\n一、将第五条修改为：\n“第五条　甲应当如此。\n“乙应当如此。”\n"
        "二、增加一条，作为第六条：“第六条　有下列情形之一的：\n“（一）丙；\n“（二）丁。”\n三、删去第九条。\n"
        "第十条改为第九条，第一款中的“工商”修改为“市场监管”。\n此外，对条文顺序作相应调整。\n"
        "本决定自2022年5月1日起施行。\n"
    )
    assert addresses(result) == ["一", "二", "三", "结语/第1段", "结语/第2段"]
    assert "第十条改为第九条" in text_at(result, "三")


def test_a_list_of_attachments_that_no_signature_follows_is_no_attachment() -> None:
    result = read(
        "某某决定\n一、修改七部规定。（附件1）\n二、废止两部规定。（附件2）\n附件：1.修改的规定\n2.废止的规定\n"
        "附件1\n修改的规定\n一、甲规定第三条修改为某某。\n二、乙规定第五条修改为某某。\n附件2\n废止的规定\n"
        "一、丙规定自即日起废止。\n二、丁规定自即日起废止。\n"
    )
    assert addresses(result) == ["一", "二", "附件1/一", "附件1/二", "附件2/一", "附件2/二"]
    assert [node.kind for node in result.nodes].count("attachments") == 1


def test_an_attachment_named_twice_in_a_row_is_listed_and_then_begins() -> None:
    result = read(
        "某某办法\n第一条　甲。\n第二条　乙。\n附件：文书样式\n\n附件：文书样式\n本样式供参考使用，可以调整。\n"
    )
    assert addresses(result) == ["第一条", "第二条", "附件/第1段"]


def test_rows_aligned_by_blanks_are_a_table() -> None:
    result = read(
        "某某清单\n序号  任务        单位\n1     管网改造    住建局\n2     河道清淤    水务局\n"
        "3     泵站建设    水务局\n"
        "一、其他事项由办公室负责解释。\n二、本清单自公布之日起施行。\n"
    )
    assert addresses(result) == ["表1/第1行", "表1/第2行", "表1/第3行", "一", "二"]
    assert result.clauses[1].lead_in == "序号  任务        单位"


def test_rows_between_bars_are_a_table_and_the_line_under_the_header_is_none_of_it() -> None:
    result = read(
        "某某标准\n一、标准\n| 类别 | 金额 |\n| --- | --- |\n| 甲类 | 800 |\n| 乙类 | 500 |\n二、按月发放。\n"
    )
    assert addresses(result) == ["表1/第1行", "表1/第2行", "二"]
    assert (result.clauses[0].text, result.clauses[0].lead_in) == ("| 甲类 | 800 |", "| 类别 | 金额 |")


def test_authorities_that_sign_side_by_side_are_no_table() -> None:
    result = read(
        "关于甲的通知\n各单位：\n请认真做好有关工作。\n甲  局  乙  局  丙  局\n丁  局  戊  局  己  局\n"
        "庚  局  辛  局  壬  局\n2021年3月4日\n"
    )
    assert not any(node.kind == "table" for node in result.nodes)


def test_contents_without_page_numbers_end_at_a_preamble_that_is_a_sentence() -> None:
    result = read(
        "某某纲要\n目录\n第一章  环境\n第二章  任务\n第三章  保障\n本纲要根据有关建议编制，明确发展方向。\n"
        "第一章  环境\n当前形势逼人。\n第二章  任务\n要完成任务。\n第三章  保障\n要落实保障。\n"
    )
    assert addresses(result) == ["引言/第1段", "第一章/第1段", "第二章/第1段", "第三章/第1段"]
    assert result.findings == ()


def test_the_closing_provision_of_a_notice_stands_outside_its_last_part() -> None:
    result = read(
        "某某通知\n一、工作要求\n要加强组织领导，落实责任。\n二、保障措施\n要加大投入，严格考核。\n"
        "本通知自印发之日起施行，有效期三年。\n"
    )
    assert addresses(result) == ["一/第1段", "二/第1段", "结语/第1段"]


def test_the_closing_provision_is_at_home_under_its_own_heading() -> None:
    result = read(
        "某某通知\n一、工作要求\n要加强组织领导，落实责任。\n二、其他事项\n具体问题由某某局解释。\n"
        "本通知自印发之日起施行。\n"
    )
    assert addresses(result) == ["一/第1段", "二/第1段", "二/第2段"]


def test_a_bare_heading_takes_its_paragraphs_although_the_one_before_has_its_body_on_the_line() -> None:
    result = read(
        "某某意见\n一、总体要求\n（一）指导思想。以人民为中心，推动高质量发展，完善体系。\n（二）基本原则。\n"
        "聚焦主业。要以小微企业为主要对象开展业务。\n保本微利。要在可持续经营的前提下降低费用。\n"
        "二、重点任务\n要加强监管，防范风险。\n"
    )
    assert "聚焦主业" in text_at(result, "一/（二）")


def test_a_lone_circled_number_after_a_finished_sentence_is_a_footnote() -> None:
    result = read(
        "某某条例\n第一条　甲应当如此。\n第二条　乙应当如此。\n①本条经2015年修正。\n第三条　丙应当如此。\n"
    )
    assert addresses(result) == ["第一条", "第二条", "注1", "第三条"]


def test_minutes_are_identified_by_their_series_and_issue() -> None:
    result = read(
        "某某市政府常务会议纪要\n〔2023〕第8期\n一、关于改造工作。会议同意方案。\n"
        "二、关于环境工作。会议同意方案。\n"
    )
    assert result.document.id == "某某市政府常务会议纪要〔2023〕第8期"


def test_those_who_attended_stand_outside_the_last_matter_of_the_minutes() -> None:
    result = read(
        "某某会议纪要\n一、关于甲事\n会议同意甲方案，抓紧实施。\n二、关于乙事\n会议同意乙方案，"
        "抓紧实施。\n出席：张某、李某\n"
    )
    assert addresses(result)[-1] == "结语/第1段"


def test_the_issuer_of_a_local_law_is_named_without_its_term() -> None:
    result = read(
        "某某市节水条例\n（2021年5月1日某某市第十五届人民代表大会常务委员会第四次会议通过）\n"
        "第一条　应当节水。\n"
    )
    assert result.document.issuer == "某某市人民代表大会常务委员会"


def test_a_title_that_says_bidding_documents_is_no_letterhead() -> None:
    assert read("某某系统采购项目招标文件\n第一条　应当投标。\n").document.title == "某某系统采购项目招标文件"


def test_a_labelled_heading_with_a_comma_is_not_a_sentence_cut_in_two() -> None:
    from index.document import Paragraph

    text = (
        "某某总结\n履职担当，全面完成各项工作任务\n一年来，各项工作取得成效。\n刀刃向内，"
        "不断锤炼过硬工作作风\n严格要求自己，勤奋工作。\n"
    )
    labels = ["", "一、", "", "二、", ""]
    paragraphs = tuple(
        Paragraph(p.start, p.end, label=label) for p, label in zip(paragraphs_of(text), labels, strict=True)
    )
    result = split(Source("稿.docx", "docx", text, paragraphs))
    assert addresses(result) == ["一/第1段", "二/第1段"]
    assert {node.number_origin for node in result.nodes if node.number} == {NumberOrigin.WORD_LIST}


LOST_CHAPTER = """某某条例
第一章　总则
第一条　为了某事，制定本条例。
第二条　某部门负责某事。
网络建设
第三条　网络由某某组成。
第三章　法律责任
第四条　违反的，处罚款。
附属规定
第五条　本条例自公布之日起施行。
"""


def test_a_chapter_that_lost_its_number_is_inferred_only_where_its_neighbours_force_it() -> None:
    result = read(LOST_CHAPTER)
    chapters = [(node.number, node.number_origin) for node in result.nodes if node.kind == "chapter"]
    assert chapters == [
        ("第一章", NumberOrigin.PRINTED),
        ("第二章", NumberOrigin.INFERRED),
        ("第三章", NumberOrigin.PRINTED),
        ("", NumberOrigin.NONE),
    ]
    assert addresses(result) == ["第一条", "第二条", "第三条", "第四条", "第五条"]
    assert [clause.path for clause in result.clauses[2:]] == [
        ("网络建设",),
        ("第三章　法律责任",),
        ("附属规定",),
    ]


def test_a_list_on_one_line_ends_with_its_line() -> None:
    result = read(
        "某某意见\n（一）登记\n1.社会团体应当具备下列条件：\n（1）有专职人员；（2）有固定住所；"
        "（3）有合法资金。\n"
        "非法人社团还应当有固定的联络地点和兼职人员。\n2.变更登记的，应当提交有关证明文件。\n"
        "（二）监督\n要加强监督检查。\n"
    )
    assert "非法人社团" not in text_at(result, "（一）/1/（1）")


def test_items_within_a_sentence_have_addresses_and_citations() -> None:
    from index.structure.citations import citation

    result = read(
        "某某办法\n第一条　有下列情形之一的，不予受理：（一）材料不全；（二）超过期限。\n"
        "第二条　依照第一条第（一）项、第（二）项规定处理的，应当告知。\n第三条　本办法自公布之日起施行。\n"
    )
    assert addresses(result) == ["第一条", "第二条", "第三条"]
    assert text_at(result, "第一条/（二）") == "（二）超过期限。"
    places = {node.address: i for i, node in enumerate(result.nodes)}
    assert citation(result.document, result.nodes, places["第一条/（二）"]) == "《某某办法》第一条第（二）项"
    assert "第二条/（一）" not in places


def test_a_heading_after_a_box_goes_to_the_sequence_it_looks_like() -> None:
    result = read(
        "某某规划\n一、重点任务\n（一）建设设施\n加快网络建设，实现连续覆盖。\n（二）发展产业\n"
        "支持产业发展，形成集群。\n"
        "专栏1　重点工程\n（一）甲工程。建设生产线，提升设计能力。\n（二）乙工程。建设示范基地，扩大规模。\n"
        "（三）推进转型\n促进制造业转型，建设智能工厂。\n二、保障措施\n加强领导，落实责任。\n"
    )
    assert addresses(result) == ["一/（一）", "一/（二）/第1段", "专栏1", "一/（三）", "二/第1段"]


def test_a_question_and_its_answer_are_one_paragraph() -> None:
    result = read(
        "某某政策解读\n一、常见问题\n问：哪些人可以申请？\n答：在本市居住的人员可以申请。\n"
        "问：多久办结？\n答：五日内办结。\n"
    )
    assert addresses(result) == ["一/第1段", "一/第2段"]
    assert result.clauses[1].text == "问：多久办结？\n答：五日内办结。"


def test_a_short_file_of_whole_paragraphs_is_not_taken_for_a_wrapped_one() -> None:
    result = read(
        "某某采购公告\n一、项目的名称是道路养护服务，预算一百万元。\n"
        "二、供应商应当满足下列有关资格要求的规定。\n"
        "三、采购文件在某某网站上免费下载，不必报名。\n四、响应文件应当在六月一日九时之前递交完毕。\n"
        "五、对本次采购提出询问、质疑的，请按以下方式\n1.采购人：某某局\n2.代理人：某某公司\n"
    )
    assert text_at(result, "五/2") == "2.代理人：某某公司"


def test_who_is_in_charge_stands_with_what_it_is_in_charge_of() -> None:
    result = read(
        "某某要点\n一、有关任务\n1.稳定粮食生产，确保面积不减少。\n（市农业农村局牵头）\n"
        "2.建设高标准农田，完成年度任务。\n"
        "（市水务局、市财政局按职责分工负责）\n"
    )
    assert addresses(result) == ["一/1", "一/2"]
    assert text_at(result, "一/1").endswith("（市农业农村局牵头）")


def test_where_and_by_whom_a_report_was_made_is_no_paragraph_of_it() -> None:
    result = read(
        "政府工作报告\n——2023年1月10日在某某市人民代表大会上\n某某市市长　张某某\n各位代表：\n"
        "现在，我向大会报告工作。\n"
        "一、过去一年的工作，完成了目标任务。\n二、今年的工作，要抓好落实。\n"
    )
    assert addresses(result) == ["引言/第1段", "一", "二"]
    assert result.clauses[0].text == "现在，我向大会报告工作。"


def test_parties_that_sign_are_no_part_of_the_last_article() -> None:
    result = read(
        "某某合同\n第一条　甲方供货。\n第二条　乙方付款。\n甲方（签字）：　　　乙方（签字）：\n2023年1月1日\n"
    )
    assert addresses(result) == ["第一条", "第二条"]
    assert result.clauses[1].text == "第二条　乙方付款。"


def test_branches_are_read_in_digits_too() -> None:
    result = read("某某办法\n第1条 甲应当如此。\n第1条之1 乙应当如此。\n第2条 丙应当如此。\n")
    assert addresses(result) == ["第一条", "第一条之一", "第二条"]


def test_the_note_of_adoption_straight_under_the_title_of_an_amendment_is_history() -> None:
    result = read(
        "某某法修正案（九）\n（2020年12月26日第十三届全国人民代表大会常务委员会第二十四次会议通过）\n"
        "一、将第十七条修改为：“甲应当如此。\n“乙应当如此。”\n二、本修正案自公布之日起施行。\n"
    )
    assert result.document.title == "某某法修正案（九）"
    assert result.document.issuer == "全国人民代表大会常务委员会"
    assert addresses(result) == ["一", "二"]


def test_an_empty_first_cell_keeps_its_column() -> None:
    from index.document import Paragraph
    from index.structure.tables import cells_of

    text = "某某表\n类别\t数量\t单位\n\t12\t个\n"
    paragraphs = tuple(
        Paragraph(p.start, p.end, style="row" if "\t" in text[p.start : p.end] else "", table=1)
        for p in paragraphs_of(text)
    )
    result = split(Source("表.html", "html", text, paragraphs))
    assert check(result) == []
    assert cells_of(result.clauses[0].text) == ["", "12", "个"]


def test_what_stands_below_the_signature_is_no_part_of_the_last_item() -> None:
    result = read(
        "对第0123号建议的答复\n张某代表：\n一、关于线路的建议\n我局调整了十二条线路。\n"
        "二、关于班次的建议\n高峰班次间隔已经缩短。\n"
        "某某市交通运输局\n2023年6月9日\n联系人及电话：李某，12345678\n"
    )
    assert addresses(result) == ["一/第1段", "二/第1段", "结语/第1段"]


def test_a_date_within_an_item_stands_where_the_text_goes_on_after_it() -> None:
    result = read(
        "某某意见\n一、甲事\n（一）要办好，要办扎实。\n（此件公开发布）\n（二）要查清，要查彻底。\n"
        "二、乙事应当办好。\n"
    )
    assert addresses(result) == ["一/（一）", "一/（二）", "二"]


def test_lines_that_an_item_introduces_belong_to_it() -> None:
    result = read(
        "某某规范\n1 要求\n1.1 服务人员应当符合下列各项要求，并且定期复核：\n——持有健康证明；\n"
        "——经过培训合格。\n1.2 场所应当整洁。\n2 评价\n"
        "2.1 每年评价一次。\n"
    )
    assert text_at(result, "1.1").endswith("——经过培训合格。")


def test_paragraphs_after_a_table_are_not_put_into_it_when_a_number_is_missing() -> None:
    result = read(
        "某某意见\n| 甲 | 乙 |\n| 丙 | 丁 |\n要做好工作，落实责任。\n要加强监督，严格考核。\n"
        "要及时报告，妥善处置。\n三、丙事应当办好。\n"
    )
    assert addresses(result)[-3:] == ["引言/第2段", "引言/第3段", "三"]


def test_contents_with_roman_page_numbers_end_at_the_preface() -> None:
    result = read(
        "某某规范\n目  次\n前言 …………… Ⅱ\n1 范围 …………… 1\n2 要求 …………… 2\n前  言\n本文件由某某提出。"
        "\n1 范围\n本文件适用于甲。\n"
        "2 要求\n甲应当符合要求。\n"
    )
    assert addresses(result) == ["前言/第1段", "1/第1段", "2/第1段"]


def test_related_pages_named_with_their_addresses_are_no_part_of_the_last_article() -> None:
    result = read(
        "某某办法\n第一条　甲应当如此。\n第二条　本办法自公布之日起施行。\n某某局发布《某某办法》https://www.example.com/a\n"
        "某某局负责人答记者问\nhttps://www.example.com/b\n"
    )
    assert addresses(result) == ["第一条", "第二条"]
    assert result.clauses[1].text == "第二条　本办法自公布之日起施行。"


def test_a_letter_numbers_only_what_goes_on_from_the_first() -> None:
    result = read(
        "某某须知\n一、办理材料\nA、身份证明原件及复印件。\n需要当场核对。\n二、办理时限\nB、工作日均可。\n"
    )
    assert addresses(result) == ["一/第1段", "一/第2段", "二/第1段"]
    result = read("某某题库\n1. 下列表述正确的是：\nA. 甲\nB. 乙\n2. 下列表述错误的是：\nA. 丙\nB. 丁\n")
    assert [node.address for node in result.nodes if node.number] == ["1", "1/A", "1/B", "2", "2/A", "2/B"]


def test_i_after_h_is_a_letter_and_before_ii_a_roman_numeral() -> None:
    letters = "".join(f"{c}. 第{c}类设备，应当登记。\n" for c in "ABCDEFGHIJ")
    assert addresses(read("某某名录\n登记范围如下。\n" + letters))[1:] == list("ABCDEFGHIJ")
    roman = (
        "I. 总体要求如下。\nII. 具体要求如下。\nIII. 附带要求如下。\nIV. 其他要求如下。\nV. 期限要求如下。\n"
    )
    assert addresses(read("某某手册\n编制如下。\n" + roman))[1:] == ["Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ"]


def test_the_last_of_a_list_of_half_sentences_is_no_heading() -> None:
    result = read("某某解答\n1.验收后拨付六成；\n2.次年拨付四成。\n一、违规处理\n1.追回资金，不得减免。\n")
    assert [node.address for node in result.nodes if node.number] == ["1", "2", "一", "一/1"]


def test_a_caption_belongs_to_its_table_and_is_what_its_rows_stand_under() -> None:
    result = read(
        "某某规划\n一、主要目标\n到2030年达到下列水平。\n表1　主要指标\n指标\t单位\t数值\n产值\t亿元\t12\n"
        "人口\t万人\t3\n二、分工\n任务由各局承担。\n任务分工一览表\n任务\t单位\t期限\n建设\t甲局\t6月\n验收\t乙局\t7月\n"
    )
    assert addresses(result) == ["一/第1段", "表1/第1行", "表1/第2行", "二/第1段", "表2/第1行", "表2/第2行"]
    assert result.clauses[1].path == ("一、主要目标", "表1　主要指标")
    assert result.clauses[5].path == ("二、分工", "任务分工一览表")


def test_a_list_of_unnumbered_half_sentences_keeps_what_introduces_it() -> None:
    result = read("某某通知\n各单位：\n决定如下。\n任命：\n甲为处长；\n乙为科长。\n特此通知。\n")
    assert [(clause.lead_in, clause.text) for clause in result.clauses] == [
        ("", "决定如下。"),
        ("任命：", "甲为处长；"),
        ("任命：", "乙为科长。"),
        ("", "特此通知。"),
    ]


def test_one_number_printed_twice_leaves_the_addresses_of_the_other_articles_alone() -> None:
    result = read("某某条例\n第一章 总则\n第一条 甲。\n第二条 乙。\n第二章 附则\n第二条 丙。\n第四条 丁。\n")
    assert addresses(result) == ["第一条", "第二条", "第二条·2", "第四条"]


def test_the_place_of_a_seal_signs_nothing() -> None:
    result = read(
        "某某局行政处罚决定书\n本局决定处罚如下：\n一、罚款一百元，限期缴纳。\n某某局\n（印章）\n2025年3月1日\n"
    )
    assert result.document.issuer == "某某局"


def test_a_title_that_names_eight_issuers_on_one_line_is_the_title() -> None:
    issuers = "省发展改革委 省财政厅 省自然资源厅 省生态环境厅 省农业农村厅 省林业局 省地方金融管理局 甲河市人民政府"
    text = (
        f"{issuers}关于印发《甲河流域生态补偿综合改革试验区建设总体方案》的通知\n"
        "甲发〔2031〕9号\n各有关单位：\n现将方案印发给你们，请认真贯彻执行。\n2031年3月1日\n"
        "甲河流域生态补偿综合改革试验区建设总体方案\n"
        "一、总体要求\n（一）坚持先行先试，逐步推开。\n（二）坚持谁受益、谁补偿。\n"
    )
    result = read(text)
    assert len(text.partition("\n")[0]) > 80
    assert result.document.title == "甲河流域生态补偿综合改革试验区建设总体方案"
    assert (result.document.number, result.document.issuer.count("、")) == ("甲发〔2031〕9号", 7)
    assert addresses(result) == ["通知/第1段", "一/（一）", "一/（二）"]


def test_a_long_sentence_that_ends_like_a_title_is_none() -> None:
    text = (
        "甲河市档案管理办法\n第一条 本市档案工作适用本办法。\n"
        "甲河市人民政府及其各部门在编制年度工作计划和财政预算的时候应当充分听取社会各界关于改进档案开放利用服务工作的意见\n"
        "第二条 本办法自发布之日起施行。\n"
    )
    assert addresses(read(text)) == ["第一条", "第二条"]
