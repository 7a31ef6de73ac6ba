"""A question → the places it names: an answer about another place is none."""

import re
from functools import cache

# Provinces, regions and the cities that people ask about; places with 市, 省, 县… are also found by their form.
_CHINESE = """
北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南
陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 石家庄 唐山 秦皇岛 邯郸 保定 雄安
太原 大同 呼和浩特 包头 沈阳 大连
鞍山 长春 哈尔滨 大庆 南京 无锡 徐州 常州 苏州 南通 连云港 扬州 镇江 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 义乌 台州 合肥
芜湖 福州 厦门 泉州 漳州 南昌 赣州 九江 济南 青岛 淄博 烟台 潍坊 威海 临沂 郑州 洛阳 开封 武汉 宜昌 襄阳 长沙 株洲 湘潭
广州 深圳 珠海 汕头 佛山 惠州 东莞 中山 江门 肇庆 湛江 茂名 南宁 桂林 柳州 北海 海口 三亚 成都 绵阳 宜宾 贵阳 遵义 昆明
大理 丽江 拉萨 西安 咸阳 兰州 西宁 银川 乌鲁木齐 喀什 浦东 临港 横琴 前海 南沙 滨海新区 两江新区 张江 中关村 松山湖
长三角 京津冀 成渝 九龙 新界 美国 日本 韩国 英国 德国 法国 印度 俄罗斯 新加坡 欧盟 加拿大 澳大利亚 越南 以色列
""".split()  # noqa: SIM905
_ENGLISH = {
    "beijing": "北京", "shanghai": "上海", "tianjin": "天津", "chongqing": "重庆", "guangzhou": "广州",
    "shenzhen": "深圳", "hangzhou": "杭州", "nanjing": "南京", "suzhou": "苏州", "wuhan": "武汉",
    "chengdu": "成都", "xi'an": "西安", "dongguan": "东莞", "zhuhai": "珠海", "foshan": "佛山",
    "hong kong": "香港", "macau": "澳门", "macao": "澳门", "taiwan": "台湾", "guangdong": "广东",
    "jiangsu": "江苏", "zhejiang": "浙江", "shandong": "山东", "sichuan": "四川", "hainan": "海南",
    "fujian": "福建", "xiamen": "厦门", "qingdao": "青岛", "dalian": "大连", "tibet": "西藏",
    "xinjiang": "新疆", "hengqin": "横琴", "qianhai": "前海", "nansha": "南沙", "pudong": "浦东",
    "japan": "日本", "korea": "韩国", "singapore": "新加坡", "germany": "德国", "france": "法国",
    "united states": "美国", "united kingdom": "英国", "india": "印度", "russia": "俄罗斯",
}  # fmt: skip


def places_in(plain: str) -> tuple[str, ...]:
    """The places in a normalised text, in Chinese, each once."""
    found = [m[0] for m in _chinese().finditer(plain)]
    found += [_ENGLISH[m[0]] for m in _english().finditer(plain)]
    return tuple(dict.fromkeys(found))


def without_places(text: str) -> str:
    """A simplified text without the places it names, or as it is where nothing else would be left."""
    rest = _english().sub(" ", _chinese().sub("", text.lower() if text.isascii() else text))
    return rest if any(map(str.isalnum, rest)) else text


@cache
def _chinese() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_CHINESE, key=len, reverse=True)))


@cache
def _english() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, _ENGLISH), key=len, reverse=True)) + r")\b")
