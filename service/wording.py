"""What the page says, in Chinese and in English."""

from collections.abc import Mapping

from service.problems import Problem

LANGUAGES = ("zh", "en")

_WORDS: dict[str, tuple[str, str]] = {
    "html_lang": ("zh-CN", "en"),
    "brand": ("条文", "Tiaowen"),
    "tagline": ("问政策，答到条。", "Ask a policy. Get the clause."),
    "other_language": ("English", "中文"),
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
    "in_document": ("检索范围", "Search in"),
    "filter": ("筛选文件", "Filter documents"),
    "title_or_number": ("标题或文号", "Title or 文号"),
    "documents_count": ("共 {0} 份文件", "{0} in all"),
    "clauses_count": ("{0} 条", "clauses: {0}"),
    "no_documents": ("没有符合的文件。", "No document matches."),
    "mode": ("检索方式", "Rank by"),
    "hybrid": ("综合", "Both"),
    "bm25": ("关键词", "Words"),
    "dense": ("语义", "Meaning"),
    "results": ("{0} 个候选条款，按相关程度排列", "{0} candidate clauses, best first"),
    "results_time": ("用时 {0} 毫秒", "{0} ms"),
    "results_heading": ("检索结果", "Results"),
    "nothing": ("没有找到含有这些词的条款。", "No clause holds these words."),
    "nothing_next": ("换一种说法，或改用“综合”方式检索。", "Say it another way, or rank by both."),
    "answer": ("原文答案", "Answer, quoted"),
    "silent": ("文件没有写明", "The documents do not say"),
    "confidence": ("把握 {0}%", "confidence {0}%"),
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
        "原文没有印出这个编号，系根据前后编号推定，引用前请核对。",
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
    "understood": ("理解为：", "Understood as: "),
    "understood_unknown": ("没有条款含有：", "no clause holds: "),
    "understood_synonyms": ("也查：", "also searched: "),
    "why_rules": ("同义词", "Synonyms"),
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
    "keys": (
        "键盘：/ 提问，↑ ↓ 或 j k 选择，Enter 打开，c 复制引用，Esc 返回",
        "Keys: / ask, ↑ ↓ or j k choose, Enter open, c copy citation, Esc back",
    ),
    "outline": ("目录", "Outline"),
    "page": ("第 {0} 页", "p. {0}"),
    "find": ("在本文件中查找", "Find in this document"),
    "find_do": ("查找", "Find"),
    "find_count": ("{0} 处", "{0} found"),
    "find_previous": ("上一处", "Previous place"),
    "find_next": ("下一处", "Next place"),
    "find_clear": ("取消标记", "Remove the marks"),
    "text_file": ("下载全文（txt）", "Download the text (txt)"),
    "text_file_why": (
        "读取原文件所得的全文；服务不保存原文件。",
        "The text as it was read from the file; the file itself is not kept.",
    ),
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
    "newer": (
        "（所引文件的日期晚于本文件，条号可能已有变动）",
        " (of a later day than this document: numbers may have moved)",
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
    "problem_clause_not_found": ("这份文件里没有这个地址的条款。", ""),
    "problem_no_such_path": ("没有这个页面。", ""),
    "problem_nothing_published": ("还没有可检索的文件，请先建立索引，或稍后再试。", ""),
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
    "route_GET /v1/documents": ("文件列表", "List documents"),
    "route_GET /v1/documents/{document_id}": ("读取一份文件", "Read a document"),
    "route_GET /v1/clauses/{address}": ("读取一条条款", "Read a clause"),
    "route_POST /v1/documents": ("添加文件", "Add documents"),
    "route_PUT /v1/documents/{document_id}": ("替换一份文件", "Replace a document"),
    "route_DELETE /v1/documents/{document_id}": ("删除一份文件", "Delete a document"),
    "route_GET /v1/jobs": ("任务列表", "List jobs"),
    "route_GET /v1/jobs/{job_id}": ("任务进度", "Follow a job"),
    "route_GET /v1/admin/health": ("运行状况", "How the service fares"),
    "route_GET /v1/healthz": ("进程是否存活", "Alive"),
    "route_GET /v1/readyz": ("能否回答问题", "Ready"),
}


class Wording(dict[str, str]):
    """The words of one language by key."""

    def __init__(self, language: str) -> None:
        place = LANGUAGES.index(language)
        super().__init__({key: words[place] for key, words in _WORDS.items()})
        self.language = language

    def say(self, key: str, *values: object) -> str:
        """The words with values filled in."""
        return self[key].format(*(f"{v:,}" if isinstance(v, int) else v for v in values))

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


def wordings() -> Mapping[str, Wording]:
    return {language: Wording(language) for language in LANGUAGES}
