"""What the page says, in Chinese of both scripts and in English."""

import re
from functools import cache
from typing import Any

from service.api.understanding import EMPTY
from service.problems import Problem

LANGUAGES = ("zh", "zh-Hant", "en")
LINKS = (("zh", "简", "简体中文"), ("zh-Hant", "繁", "繁體中文"), ("en", "EN", "English"))
"""Each language as the links to it name it: in short and in full."""
_TRADITIONAL = re.compile(r"zh-(?:hant|hk|tw|mo)\b", re.IGNORECASE)

_WORDS: dict[str, tuple[str, str]] = {
    "html_lang": ("zh-CN", "en"),
    "brand": ("条文", "Tiaowen"),
    "wordmark": ("条文", "条文"),
    "tagline": ("问政策，答到条。", "Ask a policy. Get the clause."),
    "question": ("问题", "Question"),
    "placeholder": (
        "用自己的话提问，例如：研发投入占比要达到多少",
        "Ask in your own words, in Chinese or English",
    ),
    "search": ("检索", "Search"),
    "recent": ("最近的问题", "Recent questions"),
    "recent_where": ("只记在这个浏览器里", "kept in this browser only"),
    "recent_clear": ("清除", "Clear"),
    "offline": ("连接不上服务，请稍后再试", "The service cannot be reached; try again later"),
    "examples": ("试着问", "Try asking"),
    "documents": ("文件", "Documents"),
    "all_documents": ("全部文件", "All documents"),
    "filter": ("筛选文件", "Filter documents"),
    "title_or_number": ("标题或文号", "Title or 文号"),
    "documents_count": ("共 {0} 份文件", "{0} in all"),
    "clauses_count": ("{0} 条", "clauses: {0}"),
    "empty": EMPTY,
    "no_documents": ("没有符合的文件。", "No document matches."),
    "feedback": ("有用吗", "Useful?"),
    "feedback_none": ("没有您要的条款？", "Not the clause you wanted?"),
    "feedback_useful": ("有用", "Useful"),
    "feedback_useless": ("没用", "Not useful"),
    "feedback_send": ("提交", "Send"),
    "feedback_wanted": (
        "应当是哪一条（地址或引用，可不填）",
        "The right clause (address or citation, optional)",
    ),
    "feedback_kept": (
        "提交后，您的问题和评价会保存在本服务中，用于改进检索。",
        "Your question and verdict will be kept by this service, to improve its search.",
    ),
    "feedback_thanks": ("谢谢，已记录。", "Thank you, it was kept."),
    "feedback_back": ("返回检索结果", "Back to the results"),
    "problem_wanted_not_clear": ("看不出您指的是哪一条，请填写完整的地址或引用。", ""),
    "admin": ("管理", "Administration"),
    "admin_link": ("管理", "Admin"),
    "admin_health": ("运行状况", "Health"),
    "admin_snapshot": ("正在使用的快照", "Snapshot served"),
    "admin_version": ("版本与启动时间", "Version, since"),
    "admin_memory": ("内存", "Memory"),
    "admin_load": ("正在处理与已拒绝的请求", "Requests under way, refused"),
    "admin_model": ("大模型", "Language model"),
    "admin_model_worded": ("改写 {0} 次", "worded {0}"),
    "admin_warning": ("警告", "Warning"),
    "admin_upload": ("添加文件", "Add files"),
    "admin_send": ("上传", "Upload"),
    "admin_delete": ("删除", "Delete"),
    "admin_jobs": ("最近的任务", "Recent jobs"),
    "admin_none": ("无", "None"),
    "admin_snapshots": ("快照", "Snapshots"),
    "admin_published": ("已发布", "published"),
    "admin_publish": ("退回到此快照", "Go back to this one"),
    "admin_slow": ("最近的慢请求", "Recent slow requests"),
    "admin_needed": ("需要重建索引", "The index needs to be rebuilt"),
    "admin_needed_why": (
        "词典文件与当前索引所用的词典不同。重建完成之前，仍按原来的词典检索。",
        "The dictionary file is not the one that the index was made with. Until it is rebuilt the former one counts.",
    ),
    "admin_reindex": ("重建索引", "Rebuild the index"),
    "admin_reindex_why": (
        "用已收录的文件重建，期间照常检索；没有变化则不动。",
        "From the documents that are there; questions are answered meanwhile. Without a change nothing is done.",
    ),
    "admin_refresh": ("刷新", "Refresh"),
    "words": ("词典与同义词", "Dictionary and synonyms"),
    "words_dictionary": ("词典", "Dictionary"),
    "words_synonyms": ("同义词", "Synonyms"),
    "words_count": ("{0} 行", "lines: {0}"),
    "words_problems": ("{0} 行有误", "bad lines: {0}"),
    "words_configured": ("配置的文件：", "Configured file:"),
    "words_own": ("存放在索引文件夹：", "Kept in the store:"),
    "words_setting": ("，也可改用", "; another is named with"),
    "words_edit": ("修改", "Edit"),
    "words_format_dictionary": (
        "每行一个词，后面可加词频和词性；# 开头的行是注释。",
        "A word a line, if you like with frequency and tag; lines that begin with # are comments.",
    ),
    "words_format_synonyms": (
        "每行一条规则：“a, b, c”表示互相等同，“a, b => c”表示问 a 或 b 时也查 c；# 开头的行是注释。",
        "A rule a line: “a, b, c” mean each other, “a, b => c”: who asks for a or b also means c; # begins a comment.",
    ),
    "words_file": ("或上传文件，代替上面的文字：", "Or upload a file in its place:"),
    "words_questions": ("另加问题", "Ask more questions"),
    "words_questions_why": (
        '每行一个问题，或一行 JSON：{"text": "…", "judgements": {"地址": 2}}。',
        'A question a line, or JSON: {"text": "…", "judgements": {"ADDRESS": 2}}.',
    ),
    "words_questions_file": ("或上传问题文件：", "Or upload a file of questions:"),
    "words_do_preview": ("预览改动的影响", "Preview what would change"),
    "words_download": ("下载当前文件", "Download the file as it is"),
    "words_former": ("以前的版本", "Former versions"),
    "words_load": ("载入到编辑框", "Load into the form"),
    "words_previewing": ("正在预览", "Preview"),
    "words_preview": ("改动的影响", "What would change"),
    "words_nothing_asked": (
        "没有可问的问题：随附的问题只适用于随附的文件，也还没有人评价过结果。可在下面另加问题。",
        "There is no question to ask: those that come with the service are on its own document, and nobody has rated a "
        "result yet. Add questions below.",
    ),
    "words_not_asked": ("{0} 个无法提问", "{0} cannot be asked"),
    "words_changed": ("前 10 条有变化的问题：{0} 个", "Questions whose first 10 clauses change: {0}"),
    "words_judged": ("有评判的 {0} 个问题：", "{0} judged questions:"),
    "words_won": ("变好 {0}", "better: {0}"),
    "words_lost": ("变差 {0}", "worse: {0}"),
    "words_save": ("保存并生效", "Save"),
    "words_save_dictionary": ("保存并重建索引", "Save and rebuild the index"),
    "words_save_why": (
        "保存的就是所预览的文字；原来的版本会保留。",
        "Saves the text that was previewed; the former version is kept.",
    ),
    "words_saved": ("已保存，从下一个问题起生效。", "Saved; it counts from the next question on."),
    "words_refused": ("没有保存，也没有改动任何内容", "Nothing was saved or changed"),
    "words_before": ("原位次", "Before"),
    "words_after": ("新位次", "After"),
    "words_clause": ("条款", "Clause"),
    "words_grade": ("评判 {0} 级", "grade {0}"),
    "words_more": ("另有 {0} 个", "and {0} more"),
    "origin_plan": ("随附问题", "questions that come with the service"),
    "origin_feedback": ("读者评价过的问题", "questions people rated"),
    "origin_file": ("另加的问题", "added questions"),
    "comma": ("，", ", "),
    "bad_fields": (
        "一行只写一个词，后面可加词频和词性。",
        "Write one word a line, if you like with frequency and tag.",
    ),
    "bad_word": (
        "词里要有汉字、字母或数字，不能有看不见的字符。",
        "A word needs a Chinese character, a letter or a digit, and nothing invisible.",
    ),
    "bad_long": ("一个词最多 40 个字。", "A word has at most 40 characters."),
    "bad_frequency": (
        "词频是 0 到 1,000,000,000 的整数。",
        "A frequency is a whole number from 0 to 1,000,000,000.",
    ),
    "bad_many": ("行数太多，请删去其余的行。", "There are too many lines; leave out the rest."),
    "bad_rule": ("写成 a, b, c 或 a, b => c。", "Write a, b, c or a, b => c."),
    "problem_words_invalid": (
        "有的行不能用，没有改动任何内容",
        "Some lines cannot be taken; nothing was changed",
    ),
    "problem_words_changed": (
        "文件已被他人修改，没有保存。请对照现在的内容后重新预览",
        "The file was changed by somebody else; nothing was saved. Look at it and preview again",
    ),
    "problem_questions_invalid": ("另加的问题有误", "The added questions cannot be read"),
    "problem_invalid_text": ("文字不是 UTF-8，或者含有不完整的字符", "This is not text in UTF-8"),
    "problem_preview_not_found": ("预览已过期，请重新预览", "The preview is gone; preview again"),
    "problem_queue_full": ("等待处理的改动太多，请稍后再试", "Too much waits to be done; try again later"),
    "problem_snapshot_not_found": ("没有这个快照。", ""),
    "job_add": ("添加文件", "Add documents"),
    "job_replace": ("替换文件", "Replace a document"),
    "job_delete": ("删除文件", "Delete a document"),
    "job_reindex": ("重建索引", "Rebuild the index"),
    "job_preview": ("预览词表改动", "Preview words"),
    "state_queued": ("排队中", "queued"),
    "state_running": ("处理中", "running"),
    "state_done": ("已完成", "done"),
    "state_failed": ("未完成", "failed"),
    "stage_waiting": ("等待开始", "waiting to begin"),
    "stage_read": ("读取", "reading"),
    "stage_split": ("切分条款", "splitting"),
    "stage_terms": ("分词", "terms"),
    "stage_embed": ("计算向量", "embedding"),
    "stage_publish": ("发布", "publishing"),
    "stage_open": ("打开索引", "opening the index"),
    "stage_ask": ("逐个提问", "asking questions"),
    "admin_confirm": ("确定吗？", "Are you sure?"),
    "admin_failed": ("没有完成。", "That did not work."),
    "filters": ("筛选", "Filters"),
    "filters_clear": ("清除筛选", "Clear filters"),
    "filters_more": ("另有 {0} 份，可按标题或文号查找", "and {0} more; find them by title or 文号"),
    "filters_chosen": ("已选的筛选条件", "Filters chosen"),
    "filters_remove": ("取消此项", "remove"),
    "filters_others": ("更多（{0}）", "{0} more"),
    "filters_within": ("在其中查找", "Find among these"),
    "filters_most": ("只列出文件最多的 {0} 项", "The {0} with most documents"),
    "facet_document": ("文件", "Document"),
    "facet_issuer": ("发文机关", "Issuer"),
    "facet_kind": ("文种", "Kind"),
    "facet_year": ("年份", "Year"),
    "facet_in_force": ("时效", "In force"),
    "standing_yes": ("现行有效", "in force"),
    "standing_no": ("已失效或未施行", "not in force"),
    "standing_unknown": ("未注明", "not stated"),
    "problem_no_document_matches": ("没有文件同时符合所选的条件，请清除或减少筛选。", ""),
    "mode": ("检索方式", "Rank by"),
    "hybrid": ("综合", "Both"),
    "bm25": ("关键词", "Words"),
    "dense": ("语义", "Meaning"),
    "results": ("{0} 个候选条款，按相关程度排列", "{0} candidate clauses, best first"),
    "results_time": ("用时 {0} 毫秒", "{0} ms"),
    "results_heading": ("检索结果", "Results"),
    "nothing": ("没有找到含有这些词的条款。", "No clause holds these words."),
    "nothing_next": ("换一种说法，或改用“综合”方式检索。", "Say it another way, or rank by both."),
    "nothing_wider": ("在全部文件中按综合方式检索", "Rank by both, in all documents"),
    "kind_statement": ("原文答案", "Answer, quoted"),
    "kind_figure": ("原文答案 · 数值", "Answer, quoted · figure"),
    "kind_deadline": ("原文答案 · 时间", "Answer, quoted · time"),
    "kind_body": ("原文答案 · 责任单位", "Answer, quoted · body"),
    "kind_list": ("原文答案 · 列举", "Answer, quoted · list"),
    "kind_yes-no": ("原文答案 · 是否", "Answer, quoted · yes or no"),
    "kind_definition": ("原文答案 · 定义", "Answer, quoted · definition"),
    "polarity_yes": ("是", "Yes"),
    "polarity_no": ("否", "No"),
    "confidence_why": (
        "根据已知答案的问题估算，供参考；请以下面的原文为准。",
        "Estimated from questions with known answers; what counts is the text below.",
    ),
    "silent_nearest": ("最接近的条款讲的是：", "The nearest clauses are about:"),
    "silent": ("文件没有写明", "The documents do not say"),
    "confidence": ("把握 {0}%", "confidence {0}%"),
    "worded_start": ("由模型改写", "Have a model word it"),
    "worded_stop": ("停止", "Stop"),
    "worded_why": (
        "逐句核对后显示，每句注明出处。",
        "Each sentence is held to the clauses before it is shown, with its place.",
    ),
    "worded_said": ("模型改写的回答", "The answer as the model words it"),
    "worded_done": (
        "由模型改写，已逐句核对：{0} 句，略去无依据的 {1} 句。核对的是文字，请以原文为准。",
        "Worded by a model and held to the clauses: {0} shown, {1} without support left out. Words were checked, not "
        "meaning: the text itself counts.",
    ),
    "worded_failed": (
        "模型没有给出可用的回答，请看原文答案。",
        "The model gave no usable answer; see the quotes.",
    ),
    "worded_stopped": ("已停止。", "Stopped."),
    "verify": ("核对引用", "Check citations"),
    "verify_why": (
        "贴入草稿或大模型的回答，逐处核对其中的引文、条款和数字。文字只在本机比对，不保存。",
        "Paste a draft or a language model's answer: every quotation, clause and number in it is checked. "
        "Nothing is kept.",
    ),
    "verify_draft": ("待核对的文字（最多 200,000 字）", "Text to check (at most 200,000 characters)"),
    "verify_submit": ("核对", "Check"),
    "verify_none": ("没有发现引文或条款引用。", "No quotation and no citation was found."),
    "verify_counts": ("共 {0} 处，有问题的 {1} 处", "{0} found, {1} to look at"),
    "verify_incomplete": (
        "引文或引用超过 1,000 处，其余未核对。",
        "There are more than 1,000 quotations or citations; the rest was not checked.",
    ),
    "verify_source": ("原文", "The clause"),
    "verify_diff": ("对照", "Compared"),
    "verify_extra": ("文中多出", "only in the text"),
    "verify_lost": ("原文另有", "only in the clause"),
    "status_verified": ("一致", "Verified"),
    "status_quote_differs": ("引文有出入", "Quotation differs"),
    "status_number_differs": ("数字不符", "Number differs"),
    "status_wrong_clause": ("出处不对", "Wrong clause"),
    "status_not_found": ("没有找到", "Not found"),
    "status_citation_only": ("条款存在", "Clause exists"),
    "status_not_indexed": ("文件未收录", "Not indexed"),
    "rank": ("第 {0} 位", "Rank {0}"),
    "lead_in": ("引语", "Lead-in"),
    "inferred": ("推定", "inferred"),
    "inferred_why": (
        "原文没有印出这个编号，这是根据前后编号推定的，引用前请核对。",
        "This number is not printed in the source; it follows from its neighbours. Check before you cite it.",
    ),
    "inferred_more": (
        "未编号的段落数恰好等于前后编号之间的空缺时才作推定；依据列在文件的“编号核对”里。",
        "That is done only where the unnumbered paragraphs exactly fill the gap; the document's page says how.",
    ),
    "word_list": ("自动编号", "auto-numbered"),
    "word_list_why": ("编号来自 Word 自动编号。", "The number comes from Word's automatic numbering."),
    "open": ("在原文中查看", "Read in document"),
    "copy": ("复制引用", "Copy citation"),
    "copy_style": ("引用格式", "Citation style"),
    "style_full": ("公文", "Full"),
    "style_full_such": ("《标题》（文号）第五部分第（十五）条", "《标题》（文号）第五部分第（十五）条"),
    "style_short": ("简式", "Short"),
    "style_short_such": ("文号 第（十五）条", "文号 第（十五）条"),
    "style_link": ("链接", "Link"),
    "style_link_such": ("Markdown：[《标题》…](网址)", "Markdown: [《标题》…](URL)"),
    "copied": ("已复制", "Copied"),
    "copy_failed": ("无法复制，请手动选择", "Cannot copy; select it by hand"),
    "why": ("为什么是这一条", "Why this clause"),
    "understood": ("检索用词：", "Searched for: "),
    "understood_unknown": ("所收文件中没有出现：", "in no document: "),
    "understood_numbers": ("数字：", "numbers: "),
    "understood_suggestion": ("您是不是要找：", "Did you mean: "),
    "understood_synonyms": ("也查：", "also searched: "),
    "why_rules": ("换个说法", "In other words"),
    "understood_place": ("直接定位：", "Names a place: "),
    "understood_places": ("{0} 处，见下", "{0} places, below"),
    "understood_no_place": ("文件中没有：", "No such place: "),
    "understood_no_document": ("没有收录这份文件：", "Not in the collection: "),
    "understood_ordinary": ("，以下按普通问题检索。", ". Searched as any other question."),
    "why_exact": ("问题点名的条款", "Named by the question"),
    "why_bm25": ("关键词相符", "Words in common"),
    "why_dense": ("意思相近", "Close in meaning"),
    "why_document": ("同一文件的其他条款也相关", "Other clauses of the document fit too"),
    "why_rank": ("排第 {0}", "rank {0}"),
    "why_share": ("占得分 {0}%", "{0}% of the score"),
    "why_absent": ("不在前列", "not among the best"),
    "why_terms": ("正文中的问题用词", "Your words in the text"),
    "previous_page": ("上一页", "Previous"),
    "next_page": ("下一页", "Next"),
    "pages": ("翻页", "Pages"),
    "keys_title": ("键盘快捷键", "Keyboard"),
    "key_ask": ("到提问框", "Go to the question"),
    "key_choose": ("上下选择结果或条款", "Choose a result or clause"),
    "key_open": ("打开所选", "Open what is chosen"),
    "key_copy": ("复制所选条款的引用", "Copy the citation of what is chosen"),
    "key_back": ("回到提问框；先关闭打开的小窗", "Back to the question; closes what is open first"),
    "key_keys": ("显示或关闭本表", "Show or hide this list"),
    "waits": ("可用后，本页会自动打开。", "This page opens by itself as soon as it can."),
    "again": ("再试一次", "Try again"),
    "outline": ("目录", "Outline"),
    "page": ("第 {0} 页", "p. {0}"),
    "find": ("在本文件中查找", "Find in this document"),
    "find_do": ("查找", "Find"),
    "find_count": ("{0} 处", "{0} found"),
    "find_previous": ("上一处", "Previous place"),
    "find_next": ("下一处", "Next place"),
    "find_clear": ("取消标记", "Remove the marks"),
    "text_file": ("下载全文（txt）", "Download the text (txt)"),
    "text_file_why": ("读取原文件所得的全文。", "The text as it was read from the file."),
    "original": ("下载原文件（{0}，{1}）", "Download the file ({0}, {1})"),
    "original_why": ("当初收录的文件，原样未改。", "The file that was indexed, unchanged."),
    "original_page": ("在原文件中打开这一页", "Open this page of the file"),
    "findings_file": ("下载核对结果（csv）", "Download these (csv)"),
    "findings_line": ("行", "line"),
    "findings_code": ("问题", "finding"),
    "findings_says": ("说明", "meaning"),
    "findings_message": ("依据（英文）", "message"),
    "findings_text": ("原文该行", "text of the line"),
    "search_here": ("只在本文件中检索这个问题", "Ask the question of this document only"),
    "findings": ("编号核对：{0} 处", "To check in the numbering: {0}"),
    "findings_why": (
        "读取原文时发现的编号问题，行号为原文行号。",
        "What was noticed while reading; lines are those of the source.",
    ),
    "line": ("第 {0} 行", "Line {0}"),
    "source": ("来源", "Source"),
    "previous": ("上一条", "Previous"),
    "next": ("下一条", "Next"),
    "cited_by": ("被引用 {0} 处", "Cited by {0}"),
    "cited_by_more": ("另有 {0} 处", "and {0} more"),
    "newer": ("条号待核", "check number"),
    "newer_short": ("（条号待核）", " (check the number)"),
    "newer_why": (
        "所引文件的文本晚于本文件，条号可能已有变动：链接指向现文本的同号条款，不一定是当时所引的那一条，请核对内容。",
        "The cited text is of a later day than this document and its numbers may have moved: the link leads to the "
        "clause that has this number now, which need not be the one meant. Check what it says.",
    ),
    "in_effect": ("{0} 起施行", "in force from {0}"),
    "not_in_force": ("现已失效或尚未施行", "not in force today"),
    "unresolved": (
        "所引条款未收录，或不能确定是哪一条",
        "Not in the collection, or not certain which clause is meant",
    ),
    "here": ("您查看的条款", "The clause you opened"),
    "permalink": ("本条链接", "Link to this clause"),
    "skip": ("跳到正文", "Skip to content"),
    "home": ("返回首页", "Back to the search page"),
    "request": ("请求编号", "Request id"),
    "error": ("没有完成", "That did not work"),
    "login": ("登录", "Log in"),
    "login_why": ("本服务需要访问密钥，输入一次即可。", "This service needs an access key; type it once."),
    "login_other": ("换一个密钥登录", "Log in with another key"),
    "logout": ("退出登录", "Log out"),
    "login_wrong": ("密钥不正确，或已过期、已撤销。", "The key is unknown, expired or revoked."),
    "key": ("访问密钥", "Access key"),
    "problem_key_missing": ("需要访问密钥，请先登录。", ""),
    "problem_key_unknown": ("密钥不正确，或已过期、已撤销。", ""),
    "problem_not_allowed": ("这个密钥没有此项权限，请联系管理员。", ""),
    "problem_too_many_requests": ("请求太频繁，请稍后再试。", ""),
    "problem_too_many_at_once": ("同时进行的请求太多，请稍后再试。", ""),
    "problem_overloaded": ("服务繁忙，请稍后再试。", ""),
    "problem_took_too_long": ("处理超时，请稍后再试或缩短问题。", ""),
    "problem_question_empty": ("问题是空的，请输入几个字再检索。", ""),
    "problem_question_too_long": ("问题太长，最多 2,000 字，请缩短后再检索。", ""),
    "problem_page_out_of_range": ("最多翻到第 1,000 条，请回到前面的页。", ""),
    "problem_document_not_found": ("没有这份文件，请从文件列表中选择。", ""),
    "problem_original_not_kept": ("这份文件的原文件没有保存，重新收录后才能下载。", ""),
    "problem_range_not_satisfiable": ("所要的范围超出了文件。", ""),
    "problem_clause_not_found": ("这份文件里没有这个地址的条款。", ""),
    "problem_no_such_path": ("没有这个页面。", ""),
    "problem_nothing_published": ("文件正在载入，请稍候。如果还没有收录文件，请先建立索引。", ""),
    "problem_snapshot_stale": ("索引与当前配置不符，需要重建索引。", ""),
    "problem_store_unavailable": ("索引已损坏，暂时不能检索，请联系管理员重建。", ""),
    "problem_model_unavailable": ("语言模型无法使用，请联系管理员。", ""),
    "problem_internal_error": ("服务出错。请把下面的请求编号告诉管理员。", ""),
    "problem_other": ("请求无法处理，请检查网址中的参数。", ""),
    "finding_gap": ("缺号", "gap"),
    "finding_repeat": ("重号", "repeat"),
    "finding_disorder": ("乱序", "disorder"),
    "finding_inferred": ("推定编号", "inferred"),
    "finding_reference": ("疑似引用", "reference"),
    "finding_no-title": ("无标题", "no title"),
    "finding_says_gap": ("此处之前缺少编号；前后编号不足以确定缺的是哪几段，未予推定。", ""),
    "finding_says_repeat": ("编号与前面的重复，或者重新从头编起；地址相同的，后者加“·2”区分。", ""),
    "finding_says_disorder": ("编号与前面的编号顺序不合，按原文照录。", ""),
    "finding_says_inferred": ("此处没有印出编号；未编号的段落数与前后编号之间的空缺相合，编号由此推定。", ""),
    "finding_says_reference": ("行首的编号读作对其他条款的引用，不作为本处的编号。", ""),
    "finding_says_no-title": ("正文中没有找到标题，暂用英文说明中的名称。", ""),
    "api": ("接口 API", "API"),
    "api_reference": ("接口", "API reference"),
    "api_document": ("机器可读的 OpenAPI 文档", "The same for programs: the OpenAPI document"),
    "api_schemas": ("数据结构", "Schemas"),
    "api_parameters": ("参数", "Parameters"),
    "api_body": ("请求正文", "Request body"),
    "api_request": ("请求示例", "Example request"),
    "api_answer": ("返回字段", "Response fields"),
    "api_example": ("返回示例", "Example response"),
    "api_errors": ("错误", "Errors"),
    "api_values": ("取值", "Values"),
    "api_required": ("必填", "required"),
    "api_optional": ("可选", "optional"),
    "api_scope": ("需要密钥时，其权限至少为", "Where keys are needed, its scope must be at least"),
    "api_open": ("不需要密钥", "Needs no key"),
    "api_closed": ("其他字段一律拒绝。", "Other fields are refused."),
    "api_such_as": ("例", "e.g."),
    "api_copy": ("复制命令", "Copy command"),
    "route_POST /v1/search": ("提问", "Ask"),
    "route_POST /v1/search/batch": ("一次问几个问题", "Ask several questions"),
    "route_GET /v1/search": ("用网址提问", "Ask in a URL"),
    "route_POST /v1/ask": ("问答", "Answer"),
    "route_GET /v1/ask": ("用网址问答", "Answer in a URL"),
    "route_POST /v1/ask/stream": ("流式问答", "Stream an answer"),
    "route_POST /v1/verify": ("核对引用", "Check citations"),
    "route_POST /v1/feedback": ("评价结果", "Say whether a result was useful"),
    "route_GET /v1/facets": ("筛选项与数量", "Count what filters leave"),
    "route_GET /v1/documents": ("文件列表", "List documents"),
    "route_GET /v1/documents/{document_id}": ("读取一份文件", "Read a document"),
    "route_GET /v1/documents/{document_id}/original": ("下载原文件", "Download the file of a document"),
    "route_GET /v1/clauses/{address}": ("读取一条条款", "Read a clause"),
    "route_POST /v1/documents": ("添加文件", "Add documents"),
    "route_PUT /v1/documents/{document_id}": ("替换一份文件", "Replace a document"),
    "route_DELETE /v1/documents/{document_id}": ("删除一份文件", "Delete a document"),
    "route_GET /v1/jobs": ("任务列表", "List jobs"),
    "route_GET /v1/jobs/{job_id}": ("任务进度", "Follow a job"),
    "route_GET /v1/admin/snapshots": ("快照列表", "List snapshots"),
    "route_POST /v1/admin/snapshots/{snapshot}/publish": ("退回到一个快照", "Go back to a snapshot"),
    "route_GET /v1/admin/health": ("运行状况", "How the service fares"),
    "route_GET /v1/admin/words/{kind}": ("读取词典或同义词", "Read a word file"),
    "route_PUT /v1/admin/words/{kind}": ("保存词典或同义词", "Save a word file"),
    "route_POST /v1/admin/words/{kind}/preview": ("预览词表改动", "Preview a word file"),
    "route_GET /v1/admin/previews/{job_id}": ("读取预览", "Read a preview"),
    "route_POST /v1/admin/reindex": ("重建索引", "Rebuild the index"),
    "route_GET /v1/healthz": ("进程是否存活", "Alive"),
    "route_GET /v1/readyz": ("能否回答问题", "Ready"),
}


_KEYS = {
    "ask": ("/",),
    "choose": ("↑", "↓", "j", "k"),
    "open": ("Enter",),
    "copy": ("c",),
    "back": ("Esc",),
    "keys": ("?",),
}


class Wording(dict[str, str]):
    """The words of one language by key."""

    def __init__(self, language: str) -> None:
        place = int(language == "en")
        super().__init__({key: words[place] for key, words in _WORDS.items()})
        if language == "zh-Hant":
            self.update({key: _traditional(words) for key, words in self.items()} | {"html_lang": language})
        self.language = language

    def say(self, key: str, *values: object) -> str:
        """The words with values filled in."""
        return self[key].format(*(f"{v:,}" if isinstance(v, int) else v for v in values))

    def starting(self, *prefixes: str) -> dict[str, str]:
        """Those whose keys begin so, for a script of the page."""
        return {key: words for key, words in self.items() if key.startswith(prefixes)}

    def own(self, words: str) -> str:
        """Words of the page that are kept elsewhere, in this language's characters; never those of a document."""
        return _traditional(words) if self.language == "zh-Hant" else words

    def keyboard(self) -> list[tuple[tuple[str, ...], str]]:
        """The keys and what they do."""
        return [(keys, self[f"key_{does}"]) for does, keys in _KEYS.items()]

    def finding(self, code: str) -> str:
        return self.get(f"finding_{code}", code)

    def finding_says(self, code: str) -> str:
        """What a finding means, in the reader's language, or ""; the finding's own message is English."""
        return self.get(f"finding_says_{code}", "")

    def route(self, method: str, path: str) -> str:
        """What a route of the API is for, or ""; its own summary is English."""
        return self.get(f"route_{method} {path}", "")

    def problem(self, problem: Problem) -> str:
        """What happened, in the reader's language; the API's own message is English."""
        return self.get(f"problem_{problem.code}") or self["problem_other"] or problem.message


def asked_by_browser(accepted: str) -> str:
    """The language of a page whose URL names none: traditional characters where `Accept-Language` puts them first
    among Chinese, else simplified, since the documents are Chinese whatever the browser's own language is."""
    chinese = [tag for tag in accepted.split(",") if tag.strip().lower().startswith("zh")]
    chinese.sort(key=_quality, reverse=True)
    return "zh-Hant" if chinese and _TRADITIONAL.match(chinese[0].strip()) else LANGUAGES[0]


def _quality(tag: str) -> float:
    try:
        return float(tag.partition(";q=")[2] or 1)
    except ValueError:
        return 0.0


@cache
def _traditional(words: str) -> str:
    """In the characters of Hong Kong; the page's own words only, documents are shown as they are."""
    converted: str = _converter().convert(words)
    return converted


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("s2hk")
