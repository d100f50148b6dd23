"""Notices, captions, section heads and short stories on one page, with blank lines between them and without."""

from __future__ import annotations

import re

import pytest

from qa.ingest.segment.articles import cut_articles
from qa.records import Article, Page

NOTICES = """\
第04版：公告
城东新桥昨日通车
本报讯（记者 李明）3月15日，横跨清水河的城东新桥
正式通车，全长1.2公里，双向六车道，总投资3.4亿元。
通车后，城东片区居民到市中心的时间将缩短一半。
市交通局局长王强在现场表示，下一步将加快配套道路建
设。
停电通知
因线路检修需要，3月18日8时至18时，城西街道建设路
沿线将停电，请相关用户做好准备。
清源市供电公司
2024年3月15日
国有建设用地使用权拍卖出让公告
经清源市人民政府批准，清源市自然资源和规划局决定以
拍卖方式出让一宗国有建设用地使用权，现将有关事项公
告如下：
一、宗地编号为QY2024-03，位于建设路东侧，面积
23456平方米。
二、竞买人须在3月30日前交纳保证金500万元。
特此公告。
清源市自然资源和规划局
2024年3月15日
讣告
清源市文化馆原馆长张文远同志因病医治无效，于2024
年3月13日在清源逝世，享年87岁。定于3月17日上午9
时在市殡仪馆举行告别仪式。
张文远同志治丧小组
2024年3月14日
遗失声明
王建国遗失身份证，证号4101XXXX，声明作废。
我市春耕备耕工作有序推进
本报讯（记者 赵玉兰 通讯员 周敏）连日来，全市各地
抢抓农时，组织农资储备，目前已储备化肥2.3万吨。
预计3月底前完成春播面积45万亩。
"""
FEATURE = """\
全力以赴抓项目
凝心聚力促发展
——清源市开发区高质量发展纪实
本报记者 张强
春日的清源，处处涌动着发展的热潮。走进开发区，
塔吊林立，机器轰鸣，一派繁忙景象。
去年以来，开发区坚持项目为王，全年新签约项目42
个，总投资186亿元。
抓招商 聚动能
“我们从签约到开工只用了76天。”清源新能源公司
总经理陈立说。
开发区成立8个招商专班，全年外出招商210次。
优服务 强保障
开发区推行“一件事一次办”，审批时限压缩六成。
“服务好不好，企业说了算。”开发区管委会主任李
明说，今年将再推出20项改革举措。
志愿者在建设路社区打扫卫生，为居民营造整洁的环
境。 记者 李四 摄
春风送岗进社区
本报讯（记者 赵玉兰）昨日，市人社局在城西街道举
办招聘会，86家企业提供岗位2300个。
现场达成就业意向650人。
图为我市农民在田间管理小麦，目前全市小麦长势良
好。（本报记者 周敏 摄）
"""
HEADS = "停电通知|国有建设|讣告|遗失声明|我市春耕|城东新桥|抓招商|优服务|志愿者|春风送岗|图为"


def cut(text: str) -> list[Article]:
    return list(cut_articles(Page("p", "", "utf-8", text, "清源晚报", "2024-03-16", "4")).articles)


@pytest.fixture(params=["tight", "blank lines"])
def typeset(request: pytest.FixtureRequest) -> str:
    return r"\1" if request.param == "tight" else r"\n\1"


def test_a_notice_keeps_its_title_and_its_signature_is_its_end(typeset: str) -> None:
    articles = cut(re.sub(rf"^({HEADS})", typeset, NOTICES, flags=re.MULTILINE))
    assert [(article.kind, article.headline) for article in articles] == [
        ("news", "城东新桥昨日通车"),
        ("notice", "停电通知"),
        ("notice", "国有建设用地使用权拍卖出让公告"),
        ("notice", "讣告"),
        ("notice", "遗失声明"),
        ("news", "我市春耕备耕工作有序推进"),
    ]
    assert articles[1].paragraphs[-2:] == ("清源市供电公司", "2024年3月15日")
    assert articles[2].paragraphs[-2:] == ("清源市自然资源和规划局", "2024年3月15日")
    assert articles[3].paragraphs[-2:] == ("张文远同志治丧小组", "2024年3月14日")


def test_captions_stand_apart_and_section_heads_within(typeset: str) -> None:
    articles = cut(re.sub(rf"^({HEADS})", typeset, FEATURE, flags=re.MULTILINE))
    assert [(article.kind, article.headline_made) for article in articles] == [
        ("news", False),
        ("caption", True),
        ("news", False),
        ("caption", True),
    ]
    feature, photo, fair, wheat = articles
    assert feature.subhead == "——清源市开发区高质量发展纪实"
    assert [text for text in feature.paragraphs if len(text) < 8] == ["抓招商聚动能", "优服务强保障"]
    assert photo.text[photo.body_start :].startswith("志愿者在建设路社区")
    assert fair.headline == "春风送岗进社区"
    assert wheat.text.endswith("摄）")
