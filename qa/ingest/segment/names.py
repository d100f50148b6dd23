"""Personal names in a byline: what has the form of one, and how a stretch of names is cut.

The text may have been padded (a two-character name set to the width of three), spaced out, broken at a line end or
run together, and may hold an office or a place beside the people.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

__all__ = ["COMPOUND", "HAN", "PLACES", "SURNAMES", "is_name", "read_names", "strays"]

HAN = r"[\u3400-\u9fff\U00020000-\U0003ffff]"
COMMON = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓韩冯曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆"
    "張劉陳楊黃趙吳孫馬羅鄭謝許鄧韓馮蕭蔣葉蘇呂盧鐘鍾譚陸"
)
SURNAMES = COMMON | frozenset(
    "范汪廖石金韦贾夏付傅方邹熊白孟秦邱江尹薛闫阎段雷侯龙黎史陶贺顾毛郝龚邵万覃武钱戴严莫孔向常汤康易乔赖文庞樊兰殷施洪翟安"
    "颜倪牛温芦季俞章鲁葛伍申尤毕聂焦左柳邢岳齐梅庄辛管祝耿甘欧阳司诸官东令狐容尉迟"
    "包詹涂谷阮关纪娄霍华滕舒柯单解牟车卜冷宁苗路柴靳米简费晏成连曲时凌商裴游项符艾盛仇裘边卞鲍支闵佟苟桂党屈房尚古丛窦"
    "景臧麻仝蔚计全候仲沙楚郎鄢寇巩慈晋褚冉蒲海初敖冀蓝封楼巫匡瞿水满明国戚喻花薄练赫揭隋占乌母亓铁宫查嵇翁荣荀惠甄芮储栾厉戎郜宿蔺屠蒙郁胥闻莘逄姬郦雍桑濮扈燕郏浦茹衡阙晁訾阚饶鞠巢荆竺桓苑冼邝缪"
    "範韋賈鄒閻龍賀顧龔萬錢嚴湯喬賴龐蘭顏溫蘆魯畢聶齊莊歐陽諸東遲關紀婁華單車寧簡連時項邊閔黨叢竇計鞏晉藍樓滿國練塗鮑費佘"
)
_COMPOUND = """
欧阳 司马 诸葛 上官 皇甫 东方 令狐 慕容 尉迟 公孙 轩辕 宇文 长孙 司徒 夏侯 端木 呼延 独孤 南宫
歐陽 司馬 諸葛 東方 尉遲 公孫 軒轅 長孫 獨孤 南宮
"""
COMPOUND = tuple(_COMPOUND.split())
_PLACES = """
北京 天津 上海 重庆 重慶 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州
云南 陕西 甘肃 青海 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 澳門 石家庄 太原 沈阳 大连 长春 哈尔滨 南京 苏州 无锡 杭州
宁波 温州 合肥 福州 厦门 南昌 济南 青岛 郑州 武汉 长沙 广州 深圳 珠海 海口 三亚 成都 贵阳 昆明 西安 兰州 西宁
呼和浩特 南宁 拉萨 银川 乌鲁木齐 台北 臺北 新北 基隆 桃园 桃園 新竹 苗栗 台中 臺中 彰化 南投 云林 雲林 嘉义 嘉義
台南 臺南 高雄 屏东 屏東 宜兰 宜蘭 花莲 花蓮 台东 臺東 澎湖 金门 金門 马祖 馬祖 台湾 臺灣 华盛顿 華盛頓 纽约 紐約
伦敦 倫敦 巴黎 柏林 莫斯科 东京 東京 首尔 首爾 新加坡 曼谷 日内瓦 日內瓦 布鲁塞尔 布魯塞爾 联合国
"""
PLACES = tuple(_PLACES.split())
"""Datelines so common that a name run together with one can be told from it."""
ORGANISATION = re.compile(
    r"(?:[局厅廳厂廠]|委|院|[^\s]{2,}(?:办|辦|处|處|部|社|会|會|校|学|學|所|队|隊|站|台|臺|网|網|报|報|馆|館|行|县|縣|省|市|区|區|镇|鎮|乡|鄉|村|"
    r"团|團|司|办公室|中心|公司|集团|政府|街道|工会|支队|客户端|新闻|新聞|频道|頻道|媒体|电视|专线))$"
)
"""The end of a name that is an office's and no person's."""
RUN = re.compile(rf"(?:{HAN}|[A-Za-z·•.\-])+")
AND_OTHERS = re.compile(rf"(?<={HAN}{HAN})等(?!{HAN})")
LONGEST = 6
NO_NAME, LONE, BROKEN = 1.0, 3.0, 1.1
"""Costs of a run without the form of a name, of a character by itself, of what only a line end may have cut."""


def is_name(text: str) -> bool:
    """Tell whether `text` has the form of a person's name: a surname and one or two characters, or a name with ·.

    >>> is_name("王芳"), is_name("欧阳小雪"), is_name("阿依古丽·买买提"), is_name("阿依古丽"), is_name("获悉")
    (True, True, True, False, False)
    """
    if "·" in text:
        return bool(re.fullmatch(rf"{HAN}{{1,6}}(?:·{HAN}{{1,7}})+", text)) and not ORGANISATION.search(text)
    if not re.fullmatch(rf"{HAN}+", text):
        return False
    given = len(text) - (2 if text.startswith(COMPOUND) and len(text) > 2 else 1)
    return 1 <= given <= 2 and (text[0] in SURNAMES or text.startswith(COMPOUND)) and text not in COMPOUND


def read_names(stretch: str) -> tuple[str, ...]:
    r"""Cut a stretch of a byline into names, in the order printed; offices and places are left out.

    All ways of joining neighbours to names are weighed together, since a lone character may belong to either side.

    >>> read_names("郑 旗 李明明"), read_names("欧阳 雪"), read_names("王\n强 李 娜"), read_names("吴军燕\n曹志丽")
    (('郑旗', '李明明'), ('欧阳雪',), ('王强', '李娜'), ('吴军燕', '曹志丽'))
    >>> read_names("市场监管局 张三、阿依古丽·买买提"), read_names("张三李四")
    (('张三', '阿依古丽·买买提'), ('张三', '李四'))
    """
    runs = list(RUN.finditer(AND_OTHERS.sub(" ", stretch)))
    gaps = [_gap(stretch[a.end() : b.start()]) for a, b in pairwise(runs)]
    texts = [run.group() for run in runs]
    ways: list[tuple[float, tuple[str, ...]]] = [(0.0, ())]
    """The cheapest way to cut the runs up to each place."""
    for end in range(1, len(texts) + 1):
        choices = []
        for start in range(max(0, end - 4), end):
            cost, names = _piece(texts[start:end], gaps[start : end - 1])
            choices.append((ways[start][0] + cost, (*ways[start][1], *names)))
        ways.append(min(choices, key=lambda choice: choice[0]))
    return tuple(dict.fromkeys(filter(_is_person, ways[-1][1])))


def strays(stretch: str) -> list[str]:
    """Return what stands between the names and is neither an office nor a place.

    >>> strays("市场监管局 张三"), strays("张三 快递小哥化身农产品代言人")
    ([], ['快递小哥化身农产品代言人'])
    """
    names = "".join(read_names(stretch))
    return [run for run in RUN.findall(stretch) if run not in names and run not in PLACES and not _is_office(run)]


def _gap(between: str) -> str:
    """Return what parts two runs: a line end, blanks, or a mark."""
    return "mark" if between.strip() else "line" if "\n" in between else "blank"


def _piece(runs: Sequence[str], gaps: Sequence[str]) -> tuple[float, tuple[str, ...]]:
    """Return the cost of taking neighbouring runs for one name, and the name; a run may hold several."""
    joined = "".join(runs)
    named = is_name(joined)
    if len(runs) == 1:
        if named:
            return (0.0 if joined[0] in COMMON else 0.15), (joined,)
        names = _run_together(joined)
        return (0.5, names) if names else (LONE if len(joined) == 1 else NO_NAME, (joined,))
    rare = 0.0 if joined[0] in COMMON else 0.15
    if "mark" in gaps:
        return float("inf"), ()
    lone = [len(run) == 1 for run in runs]
    if all(lone):
        form = 0.1 * (len(runs) - 1)  # padded, or spaced out
        return (form + rare if named else 0.8 if len(runs) == 2 else float("inf")), (joined,)
    if named and ("·" not in joined or "blank" not in gaps) and (len(runs) == 2 or joined.startswith(COMPOUND)):
        return (0.2 if "line" in gaps or runs[0] in COMPOUND else 0.4) + rare, (joined,)
    broken = len(runs) == 2 and gaps[0] == "line" and len(joined) <= LONGEST
    return (BROKEN, (joined,)) if broken else (float("inf"), ())


def _run_together(run: str) -> tuple[str, ...]:
    """Cut a run that is nothing but names of common surnames (张三李四); empty where it is not."""
    if not 4 <= len(run) <= 3 * LONGEST or _is_office(run):
        return ()
    for size in (2, 3):
        first, rest = run[:size], run[size:]
        if first[0] not in COMMON or rest[:1] not in COMMON:
            continue
        others = (rest,) if is_name(rest) else _run_together(rest)
        if others:
            return (first, *others)
    return ()


def _is_person(name: str) -> bool:
    if _is_office(name) or (name in PLACES and not is_name(name)):
        return False
    return is_name(name) or bool(re.fullmatch(rf"{HAN}{{2,{LONGEST}}}|[A-Za-z][A-Za-z.\-]+", name))


def _is_office(name: str) -> bool:
    """Tell whether a name is an office's; one of a person's form only by an ending that no person's name has."""
    return bool(ORGANISATION.search(name)) and not (is_name(name) and name[-1] not in "局厅廳厂廠委院网網报報")
