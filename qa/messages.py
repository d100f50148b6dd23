"""The one catalogue of what the user reads: Chinese first, English second.

``WENBAO_LANG=en`` turns a process to English; ``say(..., lang="en")`` one message.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

__all__ = ["CATALOGUE", "LANGUAGES", "fill", "language", "say"]

LANGUAGES = ("zh", "en")


def language() -> str:
    """Return the language of this process: ``zh`` unless ``$WENBAO_LANG`` says ``en``."""
    return "en" if os.environ.get("WENBAO_LANG", "").lower().startswith("en") else "zh"


def say(key: str, /, *, lang: str | None = None, **values: object) -> str:
    """Return message `key` filled with `values`; KeyError for a key the catalogue lacks.

    >>> say("status.not_found", lang="zh"), say("status.not_found", lang="en")
    ('未找到', 'Not found')
    """
    return fill(key, values, lang=lang)


def fill(key: str, values: Mapping[str, object], *, lang: str | None = None) -> str:
    """Return message `key` filled with `values`, for a caller that has them in a mapping."""
    return CATALOGUE[key][LANGUAGES.index(lang or language())].format(**values)


CATALOGUE: dict[str, tuple[str, str]] = {
    # --- errors: what, what was expected, what next, on one line ---
    "path.missing": (
        "路径不存在：{path}；需要一个已有的文件或文件夹，请检查拼写后重试",
        "no such path: {path}; expected an existing file or folder; check the spelling and try again",
    ),
    "path.no_pages": (
        "{path} 中没有可读的版面文件；需要 {formats} 文件，格式说明见 corpus/README.md",
        "no page files in {path}; expected {formats} files; corpus/README.md describes the formats",
    ),
    "file.empty": (
        "文件是空的：{path}；需要一个版面的文字，请重新导出该文件",
        "the file is empty: {path}; expected the text of a page; export it again",
    ),
    "file.not_text": (
        "不是文本文件：{path}；需要 UTF-8 或 GB18030 编码的版面文字，请先另存为文本",
        "not a text file: {path}; expected page text in UTF-8 or GB18030; save it as text first",
    ),
    "file.format": (
        "不支持的格式 {suffix}：{path}；需要 {formats}，请先转换",
        "unsupported format {suffix}: {path}; expected {formats}; convert it first",
    ),
    "file.too_large": (
        "文件过大：{path}（{size} MB）；单个文件上限 {limit} MB，请按版面拆分",
        "the file is too large: {path} ({size} MB); the limit is {limit} MB a file; split it by page",
    ),
    "file.unreadable": (
        "无法读取 {path}：{why}；需要可读的文件，请检查权限",
        "cannot read {path}: {why}; expected a readable file; check its permissions",
    ),
    "file.no_article": (
        "{path} 中没有找到文章正文；需要含正文的版面文字，请检查该文件",
        "no article body found in {path}; expected page text with bodies; check the file",
    ),
    "file.bad_record": (
        '{path} 第 {line} 行不是一篇文章：{why}；需要形如 {{"text": …}} 的 JSON 对象，请改正该行',
        '{path} line {line} is not an article: {why}; expected a JSON object like {{"text": …}}; mend that line',
    ),
    "question.empty": (
        "问题是空的；需要一句话的问题，例如：哪两家企业入选智能制造示范工厂？",
        "the question is empty; expected a sentence, such as 哪两家企业入选智能制造示范工厂？",
    ),
    "question.too_long": (
        "问题太长：{length} 字；上限 {limit} 字，请只保留要问的那句话",
        "the question is too long: {length} characters; the limit is {limit}; keep only what you ask",
    ),
    "date.bad": (
        "日期无法识别：{value}；需要 2023-11-10 这样的日期",
        "not a date: {value}; expected the form 2023-11-10",
    ),
    "date.order": (
        "起始日期 {first} 晚于结束日期 {last}；请对调后重试",
        "the first day {first} is after the last {last}; swap them and try again",
    ),
    "archive.empty": (
        "报库是空的：{path}；请先导入：wenbao ingest 文件或文件夹",
        "the archive is empty: {path}; fill it first: wenbao ingest FILE_OR_FOLDER",
    ),
    "archive.missing": (
        "这里没有报库：{path}；请先导入：wenbao ingest 文件或文件夹，或用 --archive 指定",
        "no archive here: {path}; make one with: wenbao ingest FILE_OR_FOLDER, or name one with --archive",
    ),
    "archive.locked": (
        "报库正被写入：{holder}；同一时间只能有一个写入者，请等它结束后重试",
        "the archive is being written by {holder}; one writer at a time; try again when it has finished",
    ),
    "archive.read_only": (
        "报库文件夹不可写：{path}（{why}）；导入需要写权限，请检查权限或用 --archive 换一个",
        "cannot write to the archive folder {path} ({why}); ingest needs that; check it or use --archive",
    ),
    "archive.schema": (
        "报库的结构版本是 {found}，本程序需要 {expected}；请用对应版本打开，或重新导入到新的报库",
        "the archive has schema {found}, this program needs {expected}; use that version or ingest anew",
    ),
    "archive.not_archive": (
        "{path} 不是问报的报库，或已损坏：{why}；请用 --archive 指定另一个，或重新导入",
        "{path} is not a Wenbao archive, or is damaged: {why}; name another with --archive or ingest anew",
    ),
    "archive.encoder": (
        "报库的向量由编码器 {found} 生成，现在的是 {current}；请用原来的，或重新生成：wenbao ingest --reembed",
        "the archive was embedded by encoder {found}, this is {current}; use that one or: wenbao ingest --reembed",
    ),
    "encoder.unusable": (
        "编码器无法使用：{why}",
        "the encoder cannot be used: {why}",
    ),
    "article.missing": (
        "没有这篇文章：{id}；编号见 wenbao list",
        "no such article: {id}; wenbao list prints the ids",
    ),
    "batch.bad_line": (
        '{path} 第 {line} 行无法使用：{why}；需要形如 {{"id": …, "question": …}} 的 JSON 对象',
        '{path} line {line} cannot be used: {why}; expected a JSON object like {{"id": …, "question": …}}',
    ),
    "batch.same_file": (
        "--out 与 --batch 是同一个文件：{path}；结果会覆盖问题，请另给一个文件名",
        "--out and --batch are the same file: {path}; the answers would replace the questions; name another",
    ),
    "batch.unwritable": (
        "无法写入 {path}：{why}；需要一个可写的文件名，请检查文件夹是否存在",
        "cannot write {path}: {why}; expected a file that can be written; check that its folder exists",
    ),
    "usage.ask_one": (
        "请给出一个问题，或同时给出 --batch 与 --out",
        "give a question, or both --batch and --out",
    ),
    "usage.ingest_none": (
        "请给出要导入的文件或文件夹，或 --reembed",
        "name the files or folders to ingest, or --reembed",
    ),
    "port.taken": (
        "端口 {port} 已被占用；请换一个：wenbao serve --port {other}",
        "port {port} is taken; choose another: wenbao serve --port {other}",
    ),
    # --- answers ---
    "status.not_found": ("未找到", "Not found"),
    "refusal.searched": (
        "已在 {articles} 篇文章（{days}）中查找：{terms}",
        "Searched {articles} articles ({days}) for: {terms}",
    ),
    "refusal.no_terms": ("（问题中没有可检索的词）", "(the question has no word to search for)"),
    "refusal.headline_only": (
        "库中只有标题，没有正文：{about}",
        "Only the headline is held, not the story: {about}",
    ),
    "refusal.terms_absent": (
        "这些词在库中没有出现：{about}",
        "These words do not occur in the archive: {about}",
    ),
    "refusal.speaker_absent": (
        "文中没有 {about} 的讲话",
        "The archive holds no statement by {about}",
    ),
    "refusal.no_evidence": (
        "相关的文字没有说到所问的内容",
        "The passages that come near do not say it",
    ),
    "refusal.filters": (
        "所选范围内没有文章",
        "No article lies within the filters",
    ),
    "near.heading": ("最接近的段落（并未回答问题）", "Nearest passages (they do not answer the question)"),
    "days.range": ("{first} 至 {last}", "{first} to {last}"),
    "days.one": ("{first}", "{first}"),
    "days.unknown": ("日期不详", "undated"),
    "cite.page": ("第{page}版", "p. {page}"),
    "cite.no_date": ("日期不详", "undated"),
    "cite.no_paper": ("报名不详", "newspaper unknown"),
    "headline.made": ("［原版未见标题］{lead}", "[no headline printed] {lead}"),
    # --- command line ---
    "cli.about": (
        "问报：用报纸原文回答问题，并注明文章、日期和版次。",
        "Wenbao: answers questions with the newspaper's own words; cites article, date and page.",
    ),
    "cli.archive": (
        "报库文件夹（默认 $WENBAO_ARCHIVE 或 .archive）",
        "archive folder (default $WENBAO_ARCHIVE or .archive)",
    ),
    "cli.ingest": ("导入版面文件或文件夹；可重复执行", "Ingest page files or folders; safe to repeat"),
    "cli.ingest.paths": ("文件或文件夹", "files or folders"),
    "cli.ingest.paper": (
        "报名，如 许昌日报（覆盖路径中的）",
        "newspaper, such as 许昌日报 (overrides the path)",
    ),
    "cli.ingest.date": (
        "出版日期，如 2023-11-10（覆盖路径中的）",
        "issue date, such as 2023-11-10 (overrides the path)",
    ),
    "cli.ingest.page": ("版次，如 1 或 A01（覆盖路径中的）", "page, such as 1 or A01 (overrides the path)"),
    "cli.ingest.reembed": (
        "用当前编码器重新生成全部向量",
        "embed every passage again with the present encoder",
    ),
    "cli.ask": ("提问；答案是原文，附出处", "Ask; the answer is verbatim and cited"),
    "cli.ask.question": ("问题", "the question"),
    "cli.ask.batch": ("批量提问：每行一个 JSON 对象", "a batch: one JSON object a line"),
    "cli.ask.out": ("批量提问的结果文件", "where the answers of a batch go"),
    "cli.list": ("列出文章", "List the articles"),
    "cli.show": ("显示一篇文章的全文", "Show one whole article"),
    "cli.show.id": ("文章编号", "article id"),
    "cli.stats": ("报库概况", "What the archive holds"),
    "cli.serve": ("打开网页问答", "Open the web chat"),
    "cli.serve.host": ("监听地址", "address to listen on"),
    "cli.serve.port": ("端口", "port"),
    "cli.json": ("输出 JSON", "print JSON"),
    "cli.from": ("起始日期（含）", "first issue date, inclusive"),
    "cli.to": ("结束日期（含）", "last issue date, inclusive"),
    "cli.paper": ("只查这份报纸", "this newspaper only"),
    "cli.page": ("只查这一版", "this page only"),
    "cli.done": (
        "导入完成：新增 {files} 个文件（{articles} 篇文章，{passages} 个段落）；已有 {unchanged} 个；跳过 {skipped} 个",
        "Done: added {files} files ({articles} articles, {passages} passages); held {unchanged}; skipped {skipped}",
    ),
    "cli.heads_only": ("另有 {count} 条只有标题的消息", "and {count} headlines without a story"),
    "cli.reembedded": ("已重新生成 {passages} 个段落的向量", "Embedded {passages} passages again"),
    "cli.skipped": ("跳过：{reason}", "Skipped: {reason}"),
    "cli.progress.read": ("读取", "Reading"),
    "cli.progress.embed": ("生成向量", "Embedding"),
    "cli.progress.index": ("建立索引", "Indexing"),
    "cli.none": ("没有符合条件的文章", "No article matches"),
    "cli.serving": ("问报已打开：{url}（Ctrl+C 结束）", "Wenbao is open at {url} (Ctrl+C to stop)"),
    "cli.sample": (
        "报库是空的，正在导入自带的样例版面……",
        "The archive is empty; ingesting the sample page…",
    ),
    "field.id": ("编号", "id"),
    "field.byline": ("作者", "byline"),
    "field.source": ("出处", "source"),
    "field.lines": ("原文行", "page lines"),
    "field.jump": ("转版", "jump"),
    "stats.archive": ("报库", "archive"),
    "stats.files": ("文件", "files"),
    "stats.pages": ("版面", "pages"),
    "stats.articles": ("文章", "articles"),
    "stats.heads_only": ("仅有标题", "headlines without a story"),
    "stats.passages": ("段落", "passages"),
    "stats.pending": ("待生成向量", "vectors to come"),
    "stats.days": ("日期", "days"),
    "stats.papers": ("报纸", "newspapers"),
    "stats.bytes": ("占用空间", "disk"),
    "stats.encoder": ("编码器", "encoder"),
    "stats.fingerprint": ("指纹", "fingerprint"),
    # --- web: keys begin with "web." ---
    "web.name": ("问报", "Wenbao"),
    "web.tagline": ("用报纸原文回答，句句注明出处", "The newspaper's own words, every one cited"),
    "web.held": ("{papers} · {days} · 共 {articles} 篇", "{papers} · {days} · {articles} articles"),
    "web.welcome": ("想从报纸里查什么？", "What would you like to find in the paper?"),
    "web.welcome.how": (
        "用一句话提问。答案是报纸原文，附文章、日期和版次；库里没有的，会直说未找到。",
        "Ask in a sentence. The answer is the paper's own words, cited, or a plain not found.",
    ),
    "web.examples": ("可以这样问", "For example"),
    "web.question": ("问题", "Question"),
    "web.placeholder": ("输入问题，回车发送", "Type a question and press Enter"),
    "web.ask": ("提问", "Ask"),
    "web.new": ("新对话", "New chat"),
    "web.working": ("正在查找", "Searching"),
    "web.failed": (
        "这个问题没能处理完；详情见启动问报的终端，可以换个说法再问",
        "this question could not be worked on; the terminal says why; try other words",
    ),
    "web.looked": ("查找了 {articles} 篇文章，用时 {ms} 毫秒", "Searched {articles} articles in {ms} ms"),
    "web.resolved": ("按前文理解为：{question}", "Read in context as: {question}"),
    "web.copy": ("复制原文和出处", "Copy quotes and sources"),
    "web.copied": ("已复制", "Copied"),
    "web.copy.entry": ("{quote}\n——《{headline}》，{source}", "{quote}\n— {headline}, {source}"),
    "web.comma": ("，", ", "),
    "web.list": ("、", ", "),
    "web.list.long": ("；", "; "),
    "web.day": ("{year}年{month}月{day}日", "{year}-{month:02}-{day:02}"),
    "web.filters": ("筛选范围", "Narrow the search"),
    "web.filter.from": ("起始日期", "From"),
    "web.filter.to": ("结束日期", "To"),
    "web.filter.paper": ("报纸", "Newspaper"),
    "web.filter.any_paper": ("全部", "All"),
    "web.filter.page": ("版次", "Page"),
    "web.contents": ("{paper} {day} 目录", "{paper} {day}: contents"),
    "web.contents.back": ("目录", "Contents"),
    "web.panel.hint": ("提问后，引文所在的文章会在这里打开。", "The articles quoted in an answer open here."),
    "web.panel.empty": (
        "报库还是空的；导入后引文所在的文章会在这里打开：wenbao ingest 文件或文件夹",
        "The archive is empty; once filled, quoted articles open here: wenbao ingest FILE_OR_FOLDER",
    ),
    "web.headline.made": (
        "原版未见标题，此处以首句代替",
        "The page prints no headline; the first words stand in",
    ),
    "web.jump.to": (
        "版面在此注明“{mark}”，后续内容未收在本文中。",
        "The page says “{mark}” here; what follows is not held in this article.",
    ),
    "web.jump.from": (
        "版面注明本文“{mark}”，前面的内容未收在本文中。",
        "The page says “{mark}”; what precedes is not held in this article.",
    ),
    "web.open_page": ("单独打开这篇文章", "Open this article on its own"),
    "web.back": ("↑ 回到问答", "↑ Back to the answer"),
    "web.permalink": ("本文固定链接", "Permalink"),
    "web.article.id": ("编号 {id}", "id {id}"),
    "web.missing": ("没有这篇文章", "No such article"),
    "web.to_chat": ("去提问", "Ask a question"),
    "web.json": (
        '请求不是 JSON 对象；需要形如 {{"question": …}} 的内容',
        'the request is not a JSON object; expected one like {{"question": …}}',
    ),
    "web.field.unknown": (
        "不认识的字段 {field}；可用的有 {known}",
        "unknown field {field}; expected {known}",
    ),
    "web.field.text": ("字段 {field} 需要一段文字", "field {field}: expected text"),
    "web.field.list": ("字段 {field} 需要一个文字列表", "field {field}: expected a list of text"),
    "web.field.long": (
        "字段 {field} 太长；上限 {limit} 字",
        "field {field} is too long; the limit is {limit}",
    ),
    "web.field.broken": (
        "字段 {field} 含有残缺的字符；请重新输入",
        "field {field} has broken characters; type it anew",
    ),
    "web.cannot_listen": (
        "无法在 {host}:{port} 上打开网页：{why}；请换一个地址或端口",
        "cannot listen on {host}:{port}: {why}; choose another address or port",
    ),
}
