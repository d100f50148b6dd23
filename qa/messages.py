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
    "page.too_long": (
        "{path} 第 {page} 页的文字超过 {limit} 字，不像一个版面；请按版面拆分",
        "{path}: page {page} has more than {limit} characters; expected a newspaper page; split the file by page",
    ),
    "file.no_article": (
        "{path} 中没有找到文章正文；需要含正文的版面文字，请检查该文件",
        "no article body found in {path}; expected page text with bodies; check the file",
    ),
    # --- finding and decoding files; manifests ---
    "path.special": (
        "不是普通文件：{path}；需要文件或文件夹，不读管道、设备和套接字，请先存成文件",
        "not a regular file: {path}; expected a file or folder, not a pipe, device or socket; save it as a file first",
    ),
    "file.link": (
        "未读取符号链接：{path}；文件夹里只读其中真正的文件，请直接给出它指向的路径",
        "left a symbolic link unread: {path}; only files in the folder itself are read; name its target directly",
    ),
    "file.is_other": (
        "扩展名不对：{path} 的内容是 {kind}；需要文本，请改扩展名为 {suffix}",
        "wrong suffix: {path} holds {kind}; expected text; rename it to {suffix}",
    ),
    "file.binary": (
        "不是文本文件：{path} 的内容是 {kind}；需要版面文字，请先另存为文本或 PDF",
        "not a text file: {path} holds {kind}; expected page text; save it as text or PDF first",
    ),
    "file.broken": (
        "文字有损坏：{path} 第 {line} 行有不合 {encoding} 编码的字节；需要完整的文字，请重新导出该文件",
        "damaged text: {path} line {line} has bytes that are not {encoding}; expected whole text; export it again",
    ),
    "file.cut": (
        "文件不完整：{path} 在最后一个字中间断开（{encoding}）；需要完整的文件，请重新复制或导出",
        "incomplete file: {path} ends inside a character ({encoding}); expected all of it; copy or export it again",
    ),
    "zip.damaged": (
        "压缩包已损坏：{path}（{why}）；需要完整的 zip，请重新下载或压缩",
        "the zip is damaged: {path} ({why}); expected a whole zip; download or pack it again",
    ),
    "zip.member_damaged": (
        "压缩包里的文件已损坏：{path}（{why}）；需要完整的 zip，请重新下载或压缩",
        "a file in the zip is damaged: {path} ({why}); expected a whole zip; download or pack it again",
    ),
    "zip.many": (
        "压缩包里的文件太多：{path}（{count} 个）；上限 {limit} 个，请分成几个",
        "too many files in the zip: {path} ({count}); the limit is {limit}; split it",
    ),
    "zip.bomb": (
        "压缩包解开后过大或自相重叠，未读取：{path}；需要普通的 zip，请解压后按文件夹导入",
        "the zip unpacks to too much or overlaps itself, left unread: {path}; expected a plain zip; "
        "unpack it and ingest the folder",
    ),
    "zip.bomb_member": (
        "压缩包 {path} 里有 {count} 个文件压缩比异常，未读取（{first}）；请解压检查后按文件夹导入",
        "{count} files in the zip {path} unpack suspiciously large, left unread ({first}); "
        "expected plain files; unpack, check and ingest the folder",
    ),
    "zip.name": (
        "压缩包 {path} 里有 {count} 个文件名不安全，未读取（{first}）；需要不含 .. 和 \\ 的相对路径，请重新压缩",
        "{count} files in the zip {path} have unsafe names, left unread ({first}); "
        "expected relative paths without .. or \\; pack it again",
    ),
    "zip.link": (
        "压缩包 {path} 里有 {count} 个符号链接或特殊文件，未读取（{first}）；需要普通文件，请重新压缩",
        "{count} links or special files in the zip {path}, left unread ({first}); expected plain files; pack it again",
    ),
    "zip.encrypted": (
        "压缩包 {path} 里有 {count} 个加密文件，未读取（{first}）；需要不加密的文件，请解密后重新压缩",
        "{count} encrypted files in the zip {path}, left unread ({first}); expected none; decrypt and pack it again",
    ),
    "zip.method": (
        "压缩包 {path} 里有 {count} 个文件的压缩方式不支持，未读取（{first}）；需要 deflate，请用普通 zip 重新压缩",
        "{count} files in the zip {path} use an unsupported method, left unread ({first}); "
        "expected deflate; pack it again as a plain zip",
    ),
    "zip.twice": (
        "压缩包 {path} 里有 {count} 个文件与前面的重名，未读取（{first}）；每个名字只能有一个文件，请改名后重新压缩",
        "{count} files in the zip {path} repeat a name, left unread ({first}); expected one file a name; "
        "rename and pack it again",
    ),
    "zip.nested": (
        "压缩包里的压缩包未打开：{path}；需要其中的文件，请先解出这个 zip",
        "a zip inside a zip was not opened: {path}; expected its files; unpack that zip first",
    ),
    "manifest.header": (
        "清单的表头不对：{path}；需要 file,paper,date,page（或 文件,报名,日期,版次），至少要有文件一栏",
        "wrong header in the manifest {path}; expected file,paper,date,page (or 文件,报名,日期,版次), file at least",
    ),
    "manifest.row": (
        "清单 {path} 第 {line} 行无法使用：{why}；请改正该行",
        "line {line} of the manifest {path} cannot be used: {why}; mend that line",
    ),
    "manifest.columns": ("有 {found} 栏，表头是 {expected} 栏", "{found} columns where the header has {expected}"),
    "manifest.place": (
        "文件须是清单所在文件夹之下的相对路径，不是 {value}",
        "file must be a relative path below the manifest, not {value}",
    ),
    "manifest.twice": ("{value} 在第 {first} 行已经列出", "{value} is listed on line {first} already"),
    # --- exports of articles, and saved e-paper pages ---
    "export.line": ("第 {number} 行", "line {number}"),
    "export.item": ("第 {number} 条", "record {number}"),
    "export.whole": ("全文", "as a whole"),
    "export.no_text": (
        "{path} {where}没有正文；需要不为空的文字字段 text，请补上后重新导入",
        "{path} {where} has no story; expected text in the field text, not empty; add it and ingest again",
    ),
    "export.field": (
        "{path} {where}的 {field} 字段不是文字：{value}；需要一段文字（id、date、page 也可以是整数），请改正",
        "{path} {where}: field {field} is not text: {value}; expected text (or an integer: id, date, page); mend it",
    ),
    "export.id": (
        "{path} {where}的编号不能用作链接：{value}；需要 64 个以内的字母、数字、汉字或 - _ . ~，请改正或去掉",
        "{path} {where}: this id cannot stand in a link: {value}; expected up to 64 letters, digits, hanzi or - _ . ~; "
        "mend or drop it",
    ),
    "export.date": (
        "{path} {where}的日期无法识别：{value}；需要 2023-11-10 这样的日期，请改正或去掉",
        "{path} {where}: not a date: {value}; expected the form 2023-11-10; mend or drop it",
    ),
    "export.long": (
        "{path} {where}太长；一条记录上限 {limit} 字，请拆成几条",
        "{path} {where} is too long; the limit is {limit} characters a record; split it",
    ),
    "export.broken": (
        "{path} {where}有不合 {encoding} 编码的字节；请重新导出该条后再导入",
        "{path} {where} has bytes that are no {encoding}; export that record again and ingest once more",
    ),
    "export.not_json": (
        '{path} {where}不是 JSON（第 {at} 个字符处）；需要形如 {{"text": …}} 的对象，请改正后重新导入',
        '{path} {where} is not JSON (at character {at}); expected objects like {{"text": …}}; mend it and ingest again',
    ),
    "export.no_object": (
        '{path} {where}不是 JSON 对象：{value}；需要形如 {{"text": …}} 的对象，请改正',
        '{path} {where} is not a JSON object: {value}; expected one like {{"text": …}}; mend it',
    ),
    "export.no_array": (
        "{path} 里没有唯一的一组文章；需要 JSON 数组，或只含一个数组的对象，请重新导出",
        "{path} has no one array of articles; expected a JSON array, or an object with one array; export it again",
    ),
    "export.columns": (
        "{path} 的表头没有 text 一栏，只有：{found}；需要 text，还可以有 {known}，请改表头",
        "the header of {path} has no column text, only: {found}; expected text, and any of {known}; mend the header",
    ),
    "export.quotes": (
        "{path} {where}起的引号不成对，或一条超过 {limit} 字；字段内的引号需要写成两个，请改正该行",
        "{path} {where}: quotes that do not pair, or a record over {limit} characters; "
        "expected quotes in a field doubled; mend that line",
    ),
    "export.width": (
        "{path} {where}有 {found} 栏，表头有 {expected} 栏；含分隔符或换行的字段需要加引号，请改正该行",
        "{path} {where} has {found} columns where the header has {expected}; "
        "expected quotes round a field with separators or line ends; mend that line",
    ),
    "export.more": (
        "{path} 另有 {count} 条记录无法使用；需要每条都有正文，请先改正上面列出的，再重新导入",
        "{path}: {count} more records cannot be used; expected a story in each; mend those listed and ingest again",
    ),
    "export.empty": (
        "{path} 里没有文章；需要至少一条带正文的记录，请重新导出",
        "no article in {path}; expected at least one record with text; export it again",
    ),
    # --- names of the fields of an export; the folder or the file a date came from; the fields of a web page ---
    "export.pair": ("{first}、{second} 两栏都是 {field}", "{first} and {second} both are {field}"),
    "export.twice": (
        "{path} {where}：{pair}；每个字段只能有一栏，请删去或改名其中一栏后重新导入",
        "{path} {where}: {pair}; expected one for each field; drop or rename one and ingest again",
    ),
    "export.same": ("{other}（已有 {field}）", "{other} (there is {field})"),
    "export.unknown": (
        "{path} 中这些字段没有用上：{found}；可用的有 {known}，需要的话请改名后重新导入",
        "{path}: these fields were left aside: {found}; known are {known}; rename what is needed and ingest again",
    ),
    "date_source.file": ("来自文件名", "from the file name"),
    "date_source.fields": ("来自网页记录的字段", "from the fields of the web page"),
    "epaper.no_body": (
        "网页里没有找到文章正文：{path}；需要报纸网站的文章页，请重新保存该页",
        "no story found in the web page {path}; expected an article page of a newspaper's site; save it again",
    ),
    "epaper.truncated": (
        "网页不完整：{path} 在文章中间断开；需要完整的文章页，请重新保存该页",
        "incomplete web page: {path} breaks off inside the story; expected all of it; save it again",
    ),
    "epaper.tangled": (
        "网页结构异常，未读取：{path}（标签嵌套超过 {depth} 层，或属性上千）；需要普通的文章页，请重新保存",
        "a web page of abnormal structure, left unread: {path} (tags over {depth} deep, or one with a thousand "
        "attributes); expected a plain article page; save it again",
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
    "archive.no_cache": (
        "索引写不了：{path}（{why}）；已存入的都在，请腾出磁盘空间后再运行同一条命令",
        "the indexes in {path} cannot be written ({why}); what was stored is safe; make room and run the command again",
    ),
    "archive.read_only": (
        "报库文件夹打不开或不可写：{path}（{why}）；请检查读写权限，或用 --archive 换一个",
        "cannot open or write to the archive folder {path} ({why}); check its rights, or use --archive",
    ),
    "archive.full": (
        "磁盘已满，没有写入：{path}（{why}）；已存的都在，请腾出空间后再运行一次",
        "the disk is full, nothing was written: {path} ({why}); what was stored is there; make room and run it again",
    ),
    "archive.damaged": (
        "报库已损坏：{path}（{why}）；请运行 wenbao verify 查看，并用备份恢复",
        "the archive is damaged: {path} ({why}); see wenbao verify, and restore a copy of it",
    ),
    "archive.failing": (
        "磁盘读写出错：{path}（{why}）；请检查磁盘后再试",
        "the disk failed: {path} ({why}); check it and try again",
    ),
    "archive.busy": (
        "报库正忙：{path}（{why}）；请等另一个写入结束后再试",
        "the archive is busy: {path} ({why}); try again when the other writer has finished",
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
    # --- held files, taking things out ---
    "file.page_of_many": (
        "{path} 有好几页，不能都是第 {page} 版；请去掉 --page（或清单里的 page），各页按版面上印的或页码编版次",
        "{path} has several pages, which cannot all be page {page}; leave out --page (or the manifest's page): each is "
        "called by the label it prints, or by its number",
    ),
    "file.not_reread": (
        "{path} 已在库中，但这次有内容读不出来，报名、日期和版次没有改：{why}",
        "{path} is held, but part of it could not be read this time, so newspaper, date and page stay: {why}",
    ),
    "remove.nothing": (
        "库中没有符合条件的内容，什么也没有删除；编号和文件见 wenbao list",
        "the archive holds nothing of the kind, nothing was removed; wenbao list prints ids and files",
    ),
    "remove.declined": (
        "没有删除任何内容；需要回答 y，或加上 --yes",
        "nothing was removed; expected the answer y, or --yes",
    ),
    "usage.remove_none": (
        "请给出文章编号，或用 --file、--paper、--from、--to、--page 指明要删除什么",
        "name article ids, or what to remove with --file, --paper, --from, --to, --page",
    ),
    "article.missing": (
        "没有这篇文章：{id}；编号见 wenbao list",
        "no such article: {id}; wenbao list prints the ids",
    ),
    "cite.style": (
        "没有这种引文格式：{style}；可用的有 {styles}",
        "no such style: {style}; expected one of {styles}",
    ),
    "docx.suffix": (
        "文件名不对：{path}；Word 文件名应以 .docx 结尾",
        "wrong file name: {path}; expected a Word file, ending in .docx",
    ),
    "receipt.shape": (
        "不是问报保存的答案：{field} 缺失或不对；需要 wenbao ask … --json 的输出，请重新保存",
        "not an answer that wenbao saved: {field} is missing or wrong; expected the output of wenbao ask … --json; "
        "save it again",
    ),
    "receipt.json": (
        "不是 JSON：{path}（{why}）；需要 wenbao ask … --json 的输出",
        "not JSON: {path} ({why}); expected the output of wenbao ask … --json",
    ),
    "receipt.empty": (
        "文件是空的：{path}；需要 wenbao ask … --json 的输出",
        "the file is empty: {path}; expected the output of wenbao ask … --json",
    ),
    "receipt.large": (
        "文件过大：{path}（{size} MB）；保存的答案不超过 {limit} MB，请检查是不是选错了文件",
        "the file is too large: {path} ({size} MB); a saved answer has at most {limit} MB; is it the right file?",
    ),
    "receipt.line": ("{path} 第 {line} 个：{why}", "{path}, answer {line}: {why}"),
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
    "usage.ask_docx": (
        "--docx 一次只存一个问题的答案，不能与 --batch 同用；--style 与 --docx 同用",
        "--docx saves the answer to one question, not a batch; --style goes with --docx",
    ),
    "usage.ingest_none": (
        "请给出要导入的文件或文件夹，或 --reembed",
        "name the files or folders to ingest, or --reembed",
    ),
    "port.taken": (
        "端口 {port} 已被占用；请换一个：wenbao serve --port {other}",
        "port {port} is taken; choose another: wenbao serve --port {other}",
    ),
    # --- PDF files ---
    "pdf.not_pdf": (
        "不是 PDF 文件：{path}；需要以 %PDF 开头的文件，请检查扩展名或重新导出",
        "not a PDF file: {path}; expected a file that begins with %PDF; check its suffix or export it again",
    ),
    "pdf.locked": (
        "PDF 需要密码：{path}；需要能直接打开的文件，请先解除密码",
        "the PDF asks for a password: {path}; expected one that opens without; remove the password first",
    ),
    "pdf.damaged": (
        "PDF 已损坏，无法打开：{path}；需要完整的文件，请重新下载或导出",
        "the PDF is damaged and cannot be opened: {path}; expected a whole file; download or export it again",
    ),
    "pdf.cut_off": (
        "PDF 不完整：{path} 的结尾缺失，只读到前面的版面；需要完整的文件，请重新下载或导出",
        "incomplete PDF: {path} has no end, only the pages before it were read; expected all of it; export it again",
    ),
    "pdf.too_many_pages": (
        "PDF 页数太多：{path}（{count} 页）；单个文件上限 {limit} 页，请拆成几个文件",
        "too many pages in the PDF: {path} ({count}); the limit is {limit} a file; split it",
    ),
    "pdf.no_such_page": (
        "PDF 没有第 {number} 页：{path}；共有 {pages} 页，请换一个页码",
        "the PDF has no page {number}: {path}; it has {pages}; choose another",
    ),
    "pdf.bad_page": (
        "PDF 第 {number} 页已损坏：{path}；需要完整的页面，请重新导出该页",
        "page {number} of the PDF is damaged: {path}; expected a whole page; export it again",
    ),
    "pdf.page_lost": (
        "PDF 第 {number} 页无法读取：{path}，读取时出错、超时或内存不足；需要普通的版面，请重新导出该页",
        "page {number} of the PDF cannot be read: {path}, it failed or took too much time or memory; "
        "expected a plain page; export it again",
    ),
    "pdf.gave_up": (
        "PDF 接连多页无法读取，第 {first} 至 {last} 页未读：{path}；需要完整的文件，请重新导出",
        "page after page of the PDF failed, {first} to {last} were left unread: {path}; "
        "expected a whole file; export it again",
    ),
    "pdf.page_size": (
        "PDF 第 {number} 页的尺寸不合理：{path}（{width}×{height} 点）；需要报纸大小的页面，请重新导出该页",
        "page {number} of the PDF has an odd size: {path} ({width} by {height} points); "
        "expected a newspaper page; export it again",
    ),
    "pdf.too_dense": (
        "PDF 第 {number} 页的字太多：{path}（{count} 字）；一页上限 {limit} 字，请重新导出该页",
        "page {number} of the PDF holds too many characters: {path} ({count}); the limit is {limit}; export it again",
    ),
    "pdf.picture_size": (
        "PDF 第 {number} 页的图像过大：{path}（{width}×{height} 像素）；请用较小的比例",
        "the picture of page {number} of the PDF is too large: {path} ({width} by {height} dots); use a smaller scale",
    ),
    # --- pictures of pages, and reading them (OCR) ---
    "picture.damaged": (
        "图片有损坏：{path}（第 {number} 幅）；需要完整的 PNG、JPEG、TIFF、WebP 或 BMP 图片，请重新扫描或另存",
        "damaged picture: {path} (no. {number}); expected a whole PNG, JPEG, TIFF, WebP or BMP; scan or save it again",
    ),
    "picture.too_large": (
        "图片太大：{path}（第 {number} 幅）；每幅上限 {limit} 百万像素，请降低分辨率（300 dpi 即可）",
        "the picture is too large: {path} (no. {number}); the limit is {limit} megapixels; scan it at 300 dpi",
    ),
    "picture.too_many": (
        "图片太多：{path} 中有 {count} 幅；一个文件上限 {limit} 幅，请拆成几个文件",
        "too many pictures: {count} in {path}; the limit is {limit} a file; split it",
    ),
    "ocr.missing": (
        "读取扫描版面需要文字识别组件，尚未安装；请运行 pip install 'wenbao[ocr]' 后再导入",
        "reading scans needs the OCR extra, which is not installed; run pip install 'wenbao[ocr]' and try again",
    ),
    "ocr.no_models": (
        "文字识别组件缺少模型文件 {path}；请运行 pip install --force-reinstall 'wenbao[ocr]' 后再导入",
        "the OCR extra lacks its model {path}; run pip install --force-reinstall 'wenbao[ocr]' and try again",
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
    "copies.also": ("另有 {count} 处刊登：{places}", "also printed in {count} more: {places}"),
    "copies.more": ("等", " and others"),
    "copies.between": ("、", ", "),
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
    "cli.ingest.encoder": (
        "编码器：文件夹或模型名（默认随附的）；报库会记住它",
        "the encoder: a folder or a hub id (default: the one shipped); the archive remembers it",
    ),
    "cli.ingest.reembed": (
        "用当前编码器重新生成全部向量",
        "embed every passage again with the present encoder",
    ),
    "cli.ask": ("提问；答案是原文，附出处", "Ask; the answer is verbatim and cited"),
    "cli.ask.question": ("问题", "the question"),
    "cli.ask.batch": ("批量提问：每行一个 JSON 对象", "a batch: one JSON object a line"),
    "cli.ask.out": ("批量提问的结果文件", "where the answers of a batch go"),
    "cli.list": ("列出文章", "List the articles"),
    "cli.cite": (
        "生成参考文献条目，默认按 GB/T 7714—2025",
        "References of articles, by default as GB/T 7714—2025 sets them",
    ),
    "cli.cite.ids": ("文章编号，可以有多个", "article ids, one or more"),
    "cli.cite.subhead": (
        "题名后一律带上副题（默认只带以破折号引出的）",
        "put every subhead behind its title (by default those after a dash)",
    ),
    "cli.cite.accessed": (
        "网址的访问日期，如 2026-11-23；有网址时 gbt7714-2015 等格式会写上",
        "the day web addresses were looked up, such as 2026-11-23; used by gbt7714-2015 and the exchange formats",
    ),
    "cli.style": ("引文格式：{styles}", "style of references: {styles}"),
    "style.gbt7714-2025": ("现行国家标准", "the national standard in force"),
    "style.gbt7714-2015": ("上一版国家标准", "the one before it"),
    "style.gongwen": ("公文脚注", "footnote of a Chinese report"),
    "style.news": ("新闻体，写进正文", "running text"),
    "style.apa": ("APA 第 7 版", "APA, 7th edition"),
    "style.chicago": ("芝加哥第 18 版", "Chicago, 18th edition"),
    "style.bibtex": ("BibTeX 文件", "for LaTeX"),
    "style.ris": ("Zotero、EndNote 等导入用", "for Zotero, EndNote and others"),
    "style.csl-json": ("Zotero、Pandoc 等导入用", "for Zotero, Pandoc and others"),
    "cli.receipt": (
        "核对保存下来的答案：引文是否仍逐字在库",
        "Check a saved answer: does every quote still stand, character by character",
    ),
    "cli.receipt.file": (
        "wenbao ask … --json 的输出；--batch 的结果文件也可以",
        "the output of wenbao ask … --json, or of a batch",
    ),
    "cli.receipt.verify": ("与报库逐字核对（总是如此）", "check against the archive (always done)"),
    "cli.metavar.answer": ("答案文件", "ANSWER.json"),
    "receipt.stands": ("成立：{count} 处引文逐字都在", "Stands: all {count} quotes are there, character by character"),
    "receipt.stands_none": (
        "成立：这次的结果是未找到，没有引文",
        "Stands: the answer was not found, and quotes nothing",
    ),
    "receipt.falls": (
        "不成立：{count} 处引文中有 {bad} 处对不上",
        "Does not stand: {bad} of {count} quotes fail",
    ),
    "receipt.same": ("报库与作答时相同（指纹 {now}）", "The archive is what it was (fingerprint {now})"),
    "receipt.other": (
        "作答之后报库有过变动（指纹 {then} → {now}）",
        "The archive has changed since (fingerprint {then} → {now})",
    ),
    "receipt.gone": ("文章 {id} 已不在库中", "article {id} is no longer held"),
    "receipt.moved": (
        "文章 {id} 有改动：原话还在，现从第 {at} 字起",
        "article {id} has changed: the words are still there, from character {at} on",
    ),
    "receipt.changed": ("文章 {id} 在这一处的文字变了", "article {id} reads otherwise in this place"),
    "receipt.source": ("文章 {id} 的出处变了", "what is said of article {id} has changed"),
    "receipt.edited": (
        "答案文件被改过：与报库或文件的其他部分对不上",
        "the file was edited: it contradicts the archive, or itself",
    ),
    "receipt.was": ("文件：{text}", "file: {text}"),
    "receipt.is": ("库中：{text}", "held: {text}"),
    "receipt.should": ("应为：{text}", "expected: {text}"),
    "receipt.place.answer": ("答案", "answer"),
    "receipt.place.spans": ("答案原文 {n}", "span {n}"),
    "receipt.place.citations": ("引文 {n}", "quote {n}"),
    "receipt.place.near": ("相近段落 {n}", "near passage {n}"),
    "cli.ask.docx": (
        "另存为 Word 文件：引文为正文，出处为脚注",
        "also save a Word file: quotes with their references as footnotes",
    ),
    "cli.saved": ("已保存：{path}", "Saved: {path}"),
    "word.searched": (
        "问报：引文逐字取自报库（{articles} 篇文章，{days}；报库指纹 {archive}）",
        "Wenbao: quotes are verbatim from an archive ({articles} articles, {days}; fingerprint {archive})",
    ),
    "cli.show": ("显示一篇文章的全文", "Show one whole article"),
    "cli.show.id": ("文章编号", "article id"),
    "cli.stats": ("报库概况", "What the archive holds"),
    "cli.serve": ("打开网页问答", "Open the web chat"),
    "cli.serve.host": ("监听地址", "address to listen on"),
    "cli.serve.port": ("端口", "port"),
    "cli.json": ("输出 JSON", "print JSON"),
    "cli.from": ("起始日期（含）", "first issue date, inclusive"),
    "cli.to": ("结束日期（含）", "last issue date, inclusive"),
    "cli.paper": ("只限这份报纸", "this newspaper only"),
    "cli.page": ("只限这一版", "this page only"),
    "cli.done": (
        "导入完成：新增 {files} 个文件（{articles} 篇文章，{passages} 个段落）；已有 {unchanged} 个；跳过 {skipped} 个",
        "Done: added {files} files ({articles} articles, {passages} passages); held {unchanged}; skipped {skipped}",
    ),
    "cli.heads_only": ("另有 {count} 条只有标题的消息", "and {count} headlines without a story"),
    "cli.reembedded": ("已重新生成 {passages} 个段落的向量", "Embedded {passages} passages again"),
    "cli.skipped": ("跳过：{reason}", "Skipped: {reason}"),
    "cli.progress.read": ("读取", "Reading"),
    "cli.progress.articles": ("存入文章", "Storing"),
    "cli.progress.verify": ("核对文章", "Checking"),
    "cli.progress.rate": ("{rate}/秒", "{rate}/s"),
    "cli.stopped": (
        "已停下：存好的都在，没做完的没有留下半个；再运行同一条命令会接着做",
        "stopped: what was stored is safe, nothing is left half done; run the same command again to go on",
    ),
    "cli.list.log": ("列出导入记录：每个文件的结果，最近的在前", "list what became of each file given, latest first"),
    "log.added": ("已存入", "stored"),
    "log.renamed": ("改了归属", "moved"),
    "log.removed": ("已移出", "removed"),
    "log.refused": ("未存入", "refused"),
    "log.none": ("还没有导入过文件", "No file has been given yet"),
    "web.pending": (
        "还有 {count} 段正在建向量，这些段落暂时只按字词查找",
        "{count} passages are still found by their words only",
    ),
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
    "stats.quality": ("版面质量", "page quality"),
    "stats.doubtful": ("质量最低的版面", "pages of the lowest quality"),
    "quality.empty": ("没有读出文章", "no article was read"),
    "quality.private_use": ("{value}% 的字无法识别（造字区）", "{value}% of the text cannot be told (private use)"),
    "quality.lost": ("{value}% 的字已丢失", "{value}% of the text is lost"),
    "quality.garbled": ("{value}% 像是乱码", "{value}% looks garbled"),
    "quality.headless": ("{value}% 的文章没有标题", "{value}% of the articles have no headline"),
    "quality.open_end": ("{value}% 的文章似乎没有结尾", "{value}% of the articles seem to break off"),
    "quality.leftover": ("{value}% 的字不属于任何文章", "{value}% of the text belongs to no article"),
    "quality.ocr": ("文字由图像识别而来", "the text was recognised from a picture"),
    "quality.undated": ("没有日期", "no date"),
    "quality.open_jump": ("{value} 处转版没有接上", "{value} jumps lead to a page that is not held"),
    "date_source.flag": ("由命令行指定", "given on the command line"),
    "date_source.manifest": ("来自 manifest.csv", "from manifest.csv"),
    "date_source.path": ("来自文件夹名", "from the folder's name"),
    "date_source.text": ("来自版面文字", "from the page's text"),
    "date_source.record": ("来自记录本身", "from the record itself"),
    "date_source.none": ("日期不详", "date unknown"),
    "kind.news": ("新闻", "news"),
    "kind.notice": ("公告", "notice"),
    "kind.advertisement": ("广告", "advertisement"),
    "kind.correction": ("更正", "correction"),
    "kind.caption": ("图片说明", "caption"),
    "cli.ignored": (
        "忽略 {count} 个没有文章可读的文件：{suffixes}（{names}）",
        "Left out {count} files with no article to read: {suffixes} ({names})",
    ),
    "cli.no_suffix": ("无扩展名", "no suffix"),
    "cli.renamed": (
        "{count} 个已有的文件改了报名、日期或版次，原来的文章编号仍可用",
        "{count} files held already have another newspaper, date or page now; the former article ids still work",
    ),
    # --- typer's own words ---
    "cli.usage": ("用法：", "Usage: "),
    "cli.metavar.options": ("[选项]", "[OPTIONS]"),
    "cli.metavar.command": ("命令 [参数]...", "COMMAND [ARGS]..."),
    "cli.metavar.paths": ("路径", "PATH"),
    "cli.metavar.question": ("问题", "QUESTION"),
    "cli.metavar.id": ("编号", "ARTICLE_ID"),
    "cli.metavar.style": ("格式", "STYLE"),
    "cli.metavar.ids": ("编号", "ARTICLE_ID"),
    "cli.panel.arguments": ("参数", "Arguments"),
    "cli.panel.options": ("选项", "Options"),
    "cli.panel.commands": ("命令", "Commands"),
    "cli.panel.error": ("用法有误", "Error"),
    "cli.help": ("显示这段帮助后退出", "Show this message and exit."),
    "cli.try_help": (
        "帮助：[blue]{command_path} {help_option}[/]",
        "Try [blue]'{command_path} {help_option}'[/] for help.",
    ),
    "cli.version": ("显示版本后退出", "Show the version and exit."),
    # --- listing, removing ---
    "cli.file": (
        "只限从这个文件（或文件夹、zip）读入的",
        "only what was read from this file, folder or zip",
    ),
    "cli.list.items": (
        "改为列出不属于任何文章的内容：标题新闻、口号、署名等",
        "list what belongs to no article instead: heads without a story, slogans, credits",
    ),
    "cli.no_items": (
        "没有这样的内容：所选版面上的文字都属于文章",
        "Nothing of the kind: all text on these pages belongs to articles",
    ),
    "item.headline": ("标题新闻", "headline"),
    "item.slogan": ("口号", "slogan"),
    "item.credit": ("责编署名", "credits"),
    "item.furniture": ("版面标识", "furniture"),
    "item.caption": ("图片说明", "caption"),
    "item.byline": ("作者署名", "byline"),
    "item.body": ("零散文字", "left over"),
    "item.other": ("其他", "other"),
    "item.lines": ("第 {lines} 行", "lines {lines}"),
    "cli.remove": ("删除文章、版面或文件", "Remove articles, pages or files"),
    "cli.remove.ids": ("文章编号", "article ids"),
    "cli.remove.file": (
        "删除从这个文件（或文件夹、zip）读入的全部内容",
        "remove all that was read from this file, folder or zip",
    ),
    "cli.remove.yes": ("不再确认", "do not ask"),
    "cli.remove.counts": (
        "{articles} 篇文章，{pages} 个版面，{files} 个文件",
        "{articles} articles, {pages} pages, {files} files",
    ),
    "cli.remove.what": ("将删除 {what}：", "This removes {what}:"),
    "cli.remove.sure": ("确定删除吗？[y/N] ", "Remove? [y/N] "),
    "cli.removed": ("已删除 {what}", "Removed {what}"),
    "cli.removed.partly": (
        "所在的文件仍算已导入，重新导入不会带回这些内容；要重读，请先用 wenbao remove --file 删除整个文件",
        "their file counts as held and does not bring them back when ingested again; "
        "to read it anew, remove it whole first: wenbao remove --file",
    ),
    "cli.verify": ("逐篇核对报库是否完好", "Check that the archive is whole"),
    "cli.verify.repair": ("把能重建的重建", "make anew what can be made anew"),
    "cli.verify.whole": (
        "完好：{articles} 篇文章、{passages} 个段落，逐字与入库时一致",
        "Whole: {articles} articles, {passages} passages, each character as it was stored",
    ),
    "cli.verify.pending": ("还有 {pending} 个段落等待生成向量", "{pending} passages still wait for their vector"),
    "cli.verify.damaged": (
        "有 {count} 处损坏（{articles} 篇文章、{passages} 个段落中）",
        "{count} things are damaged (of {articles} articles, {passages} passages)",
    ),
    "cli.verify.repairable": (
        "可重建的，请运行：wenbao verify --repair",
        "to make anew what can be: wenbao verify --repair",
    ),
    "cli.verify.mended": ("已重建：{what}", "Made anew: {what}"),
    "damage.database": ("数据库损坏：{what}；请用备份恢复", "the database is damaged: {what}; restore a copy of it"),
    "damage.article": (
        "文章 {what} 与入库时不同；请删除来源文件后重新导入：wenbao remove --file …",
        "article {what} is not what was stored; remove its file and ingest it again: wenbao remove --file …",
    ),
    "damage.passages": ("文章 {what} 的段落与正文不符", "the passages of article {what} do not fit its text"),
    "damage.vectors": ("{what} 个段落的向量已损坏", "the vectors of {what} passages are spoilt"),
    "damage.cache": ("索引 {what} 缺失、损坏或已过时", "the index {what} is missing, damaged or out of date"),
    "cli.show.source": ("同时列出版面上的原文行", "also print the page lines it came from"),
    "field.kind": ("类别", "kind"),
    "field.date": ("日期来源", "date from"),
    "field.file": ("文件", "file"),
    "show.no_lines": (
        "这篇文章来自导出的记录，没有版面行",
        "this article came from an exported record; there are no page lines",
    ),
    # --- check: keys begin with "check." or "draft." ---
    "draft.empty": (
        "草稿是空的：{path}；需要有文字的 .txt、.md 或 .docx，请检查后重试",
        "the draft is empty: {path}; expected a .txt, .md or .docx with words in it; check it and try again",
    ),
    "draft.long": (
        "草稿太长：{path}（{length} 字）；一次最多 {limit} 字，请按章节分开核验",
        "the draft is too long: {path} ({length} characters); the limit is {limit}; check it chapter by chapter",
    ),
    "draft.large": (
        "草稿文件过大：{path}（{size} MB）；上限 {limit} MB，请去掉图片，或只存文字",
        "the draft's file is too large: {path} ({size} MB); the limit is {limit} MB; leave out its pictures",
    ),
    "draft.folder": (
        "这是文件夹：{path}；需要一份草稿文件（.txt、.md 或 .docx），请逐份核验",
        "this is a folder: {path}; expected one draft (.txt, .md or .docx); check them one by one",
    ),
    "draft.format": (
        "不能核验 {suffix} 文件：{path}；需要 {formats}，请先另存",
        "cannot check a {suffix} file: {path}; expected {formats}; save it as one of these",
    ),
    "draft.doc": (
        "这是旧版 Word 或 WPS 文档（.doc）：{path}；需要 .docx，请用 Word、WPS 或 LibreOffice 另存为 .docx",
        "this is an old Word or WPS document (.doc): {path}; expected .docx; save it so in Word, WPS or LibreOffice",
    ),
    "draft.encrypted": (
        "文档有密码：{path}；需要没有加密的 .docx，请去掉密码后另存",
        "the document is locked with a password: {path}; expected an open .docx; save it without the password",
    ),
    "draft.not_docx": (
        "不是 Word 文档：{path} 的内容不是 .docx；请用 Word、WPS 或 LibreOffice 重新另存为 .docx",
        "not a Word document: {path} does not hold a .docx; save it as .docx anew in Word, WPS or LibreOffice",
    ),
    "draft.damaged": (
        "Word 文档已损坏：{path}（{why}）；请重新复制或另存为 .docx",
        "the Word document is damaged: {path} ({why}); copy it anew, or save it as .docx again",
    ),
    "draft.bomb": (
        "没有打开 {path}：其中的内容解开后异常庞大，不像 Word 存的文档；请用 Word 另存后重试",
        "left {path} unopened: it unpacks to far more than a document of Word's; save it anew in Word and try again",
    ),
    "cli.check": ("核验草稿里的引文、数字和转述", "Check a draft's quotations, figures and statements"),
    "cli.check.draft": ("草稿文件（.txt、.md 或 .docx）", "the draft (.txt, .md or .docx)"),
    "cli.check.html": ("输出一个可以单独打开的 HTML 页面", "print an HTML page that stands alone"),
    "cli.metavar.draft": ("草稿", "DRAFT"),
    "usage.check_form": ("--json 和 --html 只能选一个", "give --json or --html, not both"),
    "check.title": ("引文核验", "Quotations checked"),
    "check.verdict.consistent": ("一致", "as printed"),
    "check.verdict.altered": ("有改动", "changed"),
    "check.verdict.other_number": ("数字不符", "other figure"),
    "check.verdict.other_speaker": ("张冠李戴", "other speaker"),
    "check.verdict.unfound": ("查无出处", "no source"),
    "check.kind.quote": ("引文", "quotation"),
    "check.kind.statement": ("转述", "statement"),
    "check.kind.number": ("数字", "figure"),
    "check.kind.date": ("日期", "day"),
    "check.kind.name": ("人名职务", "name and title"),
    "check.head": (
        "{name}：{characters} 字，核对 {count} 处",
        "{name}: {characters} characters, {count} things checked",
    ),
    "check.unnamed": ("草稿", "Draft"),
    "check.count": ("{verdict} {count}", "{verdict} {count}"),
    "check.none": (
        "没有可以核对的内容：没有引号里的话、谁说了什么，也没有数字、日期和带职务的人名",
        "Nothing to check: no quotations, no statements, no figures, days or names with titles",
    ),
    "check.searched": (
        "已在 {articles} 篇文章（{days}）中查找",
        "Searched {articles} articles ({days})",
    ),
    "check.place": ("第 {line} 行第 {column} 字", "line {line}, character {column}"),
    "check.legend": (
        "{{草稿→报纸}} 不同；{{+草稿多出}}；{{-草稿缺少}}；{{…}} 省略",
        "{{draft→paper}} differs; {{+only in the draft}}; {{-only in the paper}}; {{…}} left out",
    ),
    "check.draft": ("草稿", "draft"),
    "check.source": ("报纸", "paper"),
    "check.reference": ("出处", "source"),
    "check.near": ("最接近的段落（不是出处）", "Nearest passages (not the source)"),
    "check.parts": ("各部分的出处", "Where the parts stand"),
    "check.speaker": (
        "草稿说是“{speaker}”，报上是“{other}”",
        "the draft says “{speaker}”, the paper “{other}”",
    ),
    "check.speaker.absent": (
        "草稿说是“{speaker}”，这篇报道里没有此人",
        "the draft says “{speaker}”, whom the article does not mention",
    ),
    "check.note.unbalanced": (
        "引号没有配对，算到段末为止",
        "the quotation mark is not closed; taken to its paragraph's end",
    ),
    "check.note.no_words": ("引号里没有文字", "no words between the marks"),
    "check.note.ellipsis": ("省略号处有删节", "shortened where the ellipsis stands"),
    "check.note.brackets": ("括号里的话是草稿所加", "what stands in brackets is the draft's own"),
    "check.note.speaker_unsure": (
        "是不是此人所说，要看原文",
        "whether this person says it, the article has to be read for",
    ),
    "check.note.put_together": (
        "由同一篇文章的几处拼成",
        "put together from several places of one article",
    ),
    "check.note.put_together_of_many": (
        "由几篇文章的话拼成，没有一篇这样说",
        "put together from several articles, none of which says this",
    ),
    "check.note.of_another": (
        "报上有这个数字，但那篇报道说的不是同一对象",
        "the paper has this figure, but its article does not speak of whom the draft says it",
    ),
    "check.note.name_without_title": (
        "报上有这个名字，但没有这个职务",
        "the paper has the name, but not with this title",
    ),
    "web.check": ("引文核验", "Check a draft"),
    "web.check.how": (
        "把草稿贴在这里，或拖入 .txt、.md、.docx 文件。引号里的话、谁说了什么、数字、日期和带职务的人名，"
        "逐处与报纸原文核对。",
        "Paste a draft here, or drop a .txt, .md or .docx file. Quotations, statements, figures, days and names with "
        "titles are held against the paper's own words.",
    ),
    "web.check.paste": ("草稿", "Draft"),
    "web.check.placeholder": ("在这里粘贴草稿……", "Paste the draft here…"),
    "web.check.file": ("选择文件", "Choose a file"),
    "web.check.start": ("核验", "Check"),
    "web.check.working": ("正在逐处核对", "Checking"),
    "web.check.failed": (
        "没能完成核验；请确认问报仍在运行后重试",
        "the check could not be done; see that Wenbao is still running, and try again",
    ),
    "web.check.drop": ("松开即核验这份文件", "Drop the file to check it"),
    "web.check.copy": ("复制出处", "Copy the reference"),
    "web.json.text": (
        '请求不是带草稿的 JSON 对象；需要形如 {{"text": …}} 的内容',
        'the request is no JSON object with a draft; expected one like {{"text": …}}',
    ),
    "web.check.privacy": (
        "草稿只在本机核对，不保存、不外传。",
        "The draft is checked on this machine; it is neither stored nor sent anywhere.",
    ),
    # --- read and eval: keys begin with "read." or "eval." ---
    "read.bad_line": (
        '{path} 第 {line} 行无法使用：{why}；需要形如 {{"id": …, "question": …, "passages": ["…"]}} 的 JSON 对象',
        "{path} line {line} cannot be used: {why}; "
        'expected a JSON object like {{"id": …, "question": …, "passages": ["…"]}}',
    ),
    "read.why.object": ("不是 JSON 对象", "not a JSON object"),
    "read.why.question": ("question 不是一段文字", "question is not text"),
    "read.why.passages": ("passages 不是由文字组成的列表", "passages is not a list of texts"),
    "read.why.empty": ("passages 里没有文字", "passages has no text in it"),
    "reader.unusable": (
        "阅读模型无法使用：{why}",
        "the reader cannot be used: {why}",
    ),
    "eval.json": (
        "{path} 第 {line} 行不是 JSON：{why}；需要 SQuAD、CMRC 格式的 JSON，"
        '或每行一个 {{"question", "context", "answer"}}',
        "{path} line {line} is not JSON: {why}; expected JSON in the form of SQuAD or CMRC, or a line "
        'like {{"question", "context", "answer"}} for each',
    ),
    "eval.question": (
        "{path} {where}无法使用：{why}；请改正后重试",
        "{path} {where} cannot be used: {why}; mend it and try again",
    ),
    "eval.why.object": ("不是 JSON 对象", "not a JSON object"),
    "eval.why.text": ("{field} 不是文字", "{field} is not text"),
    "eval.why.context": (
        "没有 context；--mode reading 需要每个问题带着原文",
        "no context; --mode reading needs the text that goes with each question",
    ),
    "eval.why.answer": (
        "没有 answer 或 answers；没有答案的问题请写成空的",
        "neither answer nor answers; where there is no answer, leave it empty",
    ),
    "eval.none": (
        '{path} 里没有问题；需要 SQuAD、CMRC 格式的 JSON，或每行一个 {{"question", "context", "answer"}}',
        "no questions in {path}; expected JSON in the form of SQuAD or CMRC, or a line "
        'like {{"question", "context", "answer"}} for each',
    ),
    "eval.blank": ("另有 {count} 个空的问题，没有计入", "{count} questions without a word were left out"),
    "eval.no_source": (
        "{path} 里没有来源为 {source} 的问题；有的是：{sources}",
        "{path} has no questions of the source {source}; it has: {sources}",
    ),
    "eval.no_articles": (
        "报库里没有这些问题的文章；--left-out 需要带有 article（文章编号）的问题，以及收有这些文章的报库",
        "the archive holds the article of none of these questions; --left-out needs questions with an article (its id) "
        "and an archive that holds it",
    ),
    "usage.read": ("请同时给出 --batch 与 --out", "give both --batch and --out"),
    "usage.eval_mode": (
        "请给出 --mode：reading（只读所附的原文）或 open（向报库提问）",
        "give --mode: reading (each question of its own text) or open (asked of an archive)",
    ),
    "usage.eval_left_out": ("--left-out 与 --mode open 同用", "--left-out goes with --mode open"),
    "usage.eval_limit": ("--limit 至少是 1", "--limit is 1 at least"),
    "cli.read": ("只从给出的段落里找答案", "Answer from given passages alone"),
    "cli.read.batch": (
        "每行一个 JSON 对象：id、question、passages",
        "one JSON object a line: id, question, passages",
    ),
    "cli.read.out": ("结果文件", "where the answers go"),
    "cli.eval": ("用已知答案的问题衡量回答", "Measure answers by questions whose answers are known"),
    "cli.eval.file": (
        "SQuAD、CMRC 格式的 JSON，或每行一个 question、context、answer；可以是 .gz",
        "JSON in the form of SQuAD or CMRC, or a question, context, answer a line; may be .gz",
    ),
    "cli.eval.mode": (
        "reading 只读所附原文，open 向报库提问",
        "reading: each question of its own text; open: asked of an archive",
    ),
    "cli.eval.left_out": (
        "拿掉答案所在的文章，再各问一遍",
        "ask each again without the article that answers it",
    ),
    "cli.eval.source": ("只用这个来源的问题，可以有多个", "questions of this source only; may be repeated"),
    "cli.eval.limit": ("只用前几个问题", "only so many questions, the first"),
    "cli.metavar.file": ("文件", "FILE"),
    "cli.progress.questions": ("提问", "Asking"),
    "cli.progress.left_out": ("不看原文再问", "Asking without"),
    "eval.all": ("合计", "all"),
    "eval.head": (
        "{questions} 个问题，{answerable} 个有答案（以下除题数和置信度外都是 %）",
        "{questions} questions, {answerable} with an answer (all but counts and confidence in %)",
    ),
    "eval.forced": ("每题都答，只算有答案的", "Always answered; of those with an answer"),
    "eval.refusing": (
        "置信度不到 {threshold} 就不答；没有答案的题不答算对",
        "Refused below a confidence of {threshold}; right where there is no answer",
    ),
    "eval.asked": ("向报库提问，只算有答案的", "Asked of the archive; of those with an answer"),
    "eval.unanswerable": (
        "没有答案的 {count} 个问题中，未答 {refused}",
        "Of {count} questions without answer, refused: {refused}",
    ),
    "eval.risk": ("只答最有把握的", "Only the surest answered"),
    "eval.calibration": (
        "置信度与答对的差距：Brier {brier}，ECE {error}",
        "Confidence against rightness: Brier {brier}, ECE {error}",
    ),
    "eval.left_out": (
        "拿掉答案所在的文章再问（{count} 个）",
        "Asked again without the article that answers ({count})",
    ),
    "eval.left_out.shares": (
        "未答 {refused}，从别处答出 {elsewhere}，答错 {wrong}",
        "Refused {refused}, answered from elsewhere {elsewhere}, wrongly {wrong}",
    ),
    "eval.left_out.bearable": (
        "答错不超过 20% 的最低门槛是 {threshold}：拿掉后答错 {wrong}，不拿掉时答对 {right}",
        "At most 20% wrong from {threshold} on: {wrong} wrong without, {right} right with",
    ),
    "eval.left_out.unknown": (
        "门槛低于 {known} 会怎样不得而知：那时未答的问题没有给出答案",
        "Below {known} nothing is known: what was refused was given no answer",
    ),
    "eval.verbatim": ("逐字与原文相同：{stand} / {count}", "Verbatim: {stand} of {count}"),
    "eval.column.source": ("来源", "source"),
    "eval.column.questions": ("题数", "asked"),
    "eval.column.answerable": ("有答案", "answerable"),
    "eval.column.exact": ("EM", "EM"),
    "eval.column.f1": ("F1", "F1"),
    "eval.column.answered": ("已答", "given"),
    "eval.column.wrong": ("答错", "wrong"),
    "eval.column.refused": ("未答数", "refused"),
    "eval.column.precision": ("拒答准", "precision"),
    "eval.column.recall": ("拒答全", "recall"),
    "eval.column.in_answer": ("答中", "in answer"),
    "eval.column.in_quote": ("引中", "in quote"),
    "eval.column.articles": ("文章数", "articles"),
    "eval.column.first": ("首引", "first"),
    "eval.column.cited": ("引到", "cited"),
    "eval.column.coverage": ("答题比例", "coverage"),
    "eval.column.count": ("题数", "count"),
    "eval.column.least": ("最低置信度", "confidence from"),
    "eval.column.confidence": ("置信度", "confidence"),
    "eval.column.mean": ("平均", "mean"),
    "eval.column.right": ("答对", "right"),
    "eval.column.threshold": ("门槛", "threshold"),
    "eval.column.left_wrong": ("拿掉后答错", "wrong without"),
    "eval.column.whole_right": ("不拿掉时答对", "right with"),
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
    "web.copy": ("复制引文", "Copy with references"),
    "web.copy.news": ("{source}：{quote}", "{source}：{quote}"),
    "web.style": ("引文格式", "Style of references"),
    "web.word": ("存为 Word", "Save as Word"),
    "web.word.saved": ("已保存", "Saved"),
    "web.word.failed": ("没能保存", "Not saved"),
    "style.name.gbt7714-2025": ("GB/T 7714—2025", "GB/T 7714—2025"),
    "style.name.gbt7714-2015": ("GB/T 7714—2015", "GB/T 7714—2015"),
    "style.name.gongwen": ("公文脚注", "Report footnote"),
    "style.name.news": ("新闻体", "Running text"),
    "style.name.apa": ("APA 7", "APA 7"),
    "style.name.chicago": ("Chicago 18", "Chicago 18"),
    "style.name.bibtex": ("BibTeX", "BibTeX"),
    "style.name.ris": ("RIS", "RIS"),
    "style.name.csl-json": ("CSL-JSON", "CSL-JSON"),
    "web.copied": ("已复制", "Copied"),
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
    "web.jump.joined": (
        "本文分载于第{pages}版，这里已接成一篇。",
        "Printed on pages {pages}; its parts are joined here.",
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
