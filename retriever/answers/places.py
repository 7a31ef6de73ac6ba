"""A question → the places it names: an answer about another place is none."""

import re
from functools import cache, lru_cache
from importlib import resources
from itertools import islice

# Provinces, prefectures and the regions that people ask about without 市 or 省; names that are also common words
# (大同, 和田, 海东…) count only with it. Whatever ends in 省, 市, 县, 区… is found by `_suffixed`.
_CHINESE = """
北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川
贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口
承德 沧州 廊坊 衡水 雄安 太原 阳泉 晋城 朔州 晋中 运城 忻州 临汾 吕梁 呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯
呼伦贝尔 巴彦淖尔 乌兰察布 沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 葫芦岛 长春 辽源 松原
延边 哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 南京 无锡 徐州 常州 苏州 南通
连云港 淮安 盐城 扬州 镇江 宿迁 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 义乌 衢州 舟山 台州 丽水 合肥 芜湖 蚌埠
淮南 马鞍山 淮北 铜陵 安庆 滁州 阜阳 宿州 六安 亳州 池州 宣城 福州 厦门 莆田 泉州 漳州 南平 龙岩 宁德 南昌
景德镇 萍乡 九江 新余 鹰潭 赣州 宜春 抚州 上饶 济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 临沂 聊城
滨州 菏泽 郑州 开封 洛阳 平顶山 安阳 鹤壁 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源 武汉
黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施 长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳
郴州 永州 怀化 娄底 湘西 广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远
东莞 中山 潮州 揭阳 云浮 南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 崇左 海口 三亚 三沙
儋州 成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 贵阳 六盘水 遵义
安顺 毕节 铜仁 昆明 曲靖 玉溪 昭通 丽江 临沧 大理 西双版纳 拉萨 日喀则 昌都 林芝 那曲 西安 铜川 宝鸡 咸阳
渭南 延安 汉中 榆林 兰州 嘉峪关 金昌 天水 张掖 酒泉 庆阳 陇南 西宁 银川 石嘴山 吴忠 固原 中卫 乌鲁木齐
克拉玛依 吐鲁番 哈密 喀什 阿克苏 伊犁 石河子 浦东 临港 横琴 前海 南沙 滨海新区 两江新区 天府新区 张江 中关村
松山湖 长三角 珠三角 京津冀 成渝 九龙 新界 美国 日本 韩国 英国 德国 法国 意大利 西班牙 荷兰 瑞士 瑞典 以色列
印度 俄罗斯 新加坡 马来西亚 泰国 越南 印度尼西亚 菲律宾 欧盟 加拿大 澳大利亚 新西兰 巴西 墨西哥 阿联酋
沙特阿拉伯 南非
""".split()  # noqa: SIM905
_ENGLISH = {
    "beijing": "北京", "shanghai": "上海", "tianjin": "天津", "chongqing": "重庆", "guangzhou": "广州",
    "shenzhen": "深圳", "hangzhou": "杭州", "nanjing": "南京", "suzhou": "苏州", "wuhan": "武汉",
    "chengdu": "成都", "xi'an": "西安", "dongguan": "东莞", "zhuhai": "珠海", "foshan": "佛山",
    "hong kong": "香港", "macau": "澳门", "macao": "澳门", "taiwan": "台湾", "guangdong": "广东",
    "jiangsu": "江苏", "zhejiang": "浙江", "shandong": "山东", "sichuan": "四川", "hainan": "海南",
    "fujian": "福建", "hubei": "湖北", "hunan": "湖南", "henan": "河南", "hebei": "河北", "anhui": "安徽",
    "yunnan": "云南", "guizhou": "贵州", "liaoning": "辽宁", "heilongjiang": "黑龙江", "jilin": "吉林",
    "jiangxi": "江西", "guangxi": "广西", "shanxi": "山西", "shaanxi": "陕西", "gansu": "甘肃", "ningxia": "宁夏",
    "inner mongolia": "内蒙古", "qinghai": "青海", "ningbo": "宁波", "hefei": "合肥", "changsha": "长沙",
    "zhengzhou": "郑州", "jinan": "济南", "kunming": "昆明", "shenyang": "沈阳", "harbin": "哈尔滨",
    "xiamen": "厦门", "qingdao": "青岛", "dalian": "大连", "tibet": "西藏",
    "xinjiang": "新疆", "hengqin": "横琴", "qianhai": "前海", "nansha": "南沙", "pudong": "浦东",
    "japan": "日本", "korea": "韩国", "singapore": "新加坡", "germany": "德国", "france": "法国",
    "united states": "美国", "united kingdom": "英国", "india": "印度", "russia": "俄罗斯",
}  # fmt: skip
_SHORT = {
    "北京": "京津|京沪|京冀|京港", "天津": "京津|津冀|津门", "河北": "津冀|京冀", "上海": "沪",
    "重庆": "渝", "香港": "[深粤沪京台]港|港[澳深珠资]", "澳门": "[港珠粤]澳|澳[门珠]",
    "台湾": "[港两]台|台[资胞]", "广东": "粤", "深圳": "[广莞]深|深[港莞惠汕]", "广州": "广[深佛]|穗",
    "四川": "川[渝藏]", "成都": "成渝", "浙江": "浙", "安徽": "皖", "福建": "闽", "江西": "赣",
    "湖北": "鄂", "湖南": "湘", "贵州": "黔", "云南": "滇", "河南": "豫", "江苏": "苏[浙皖沪南北]",
    "内蒙古": "蒙[东西古]", "珠海": "珠[澳三]",
}  # fmt: skip
"""What documents say in place of a name: 深港 names Hong Kong."""

MAX_SUFFIXED = 20
"""Places of a question that are known by their form; each costs a look into the dictionary."""
_SUFFIXED = re.compile(r"[\u4e00-\u9fff]{2,8}?(?:省|市|县|区|自治州|盟|旗|镇|乡)")
_ANY = frozenset(
    "全本各城省市县区我该外所在级辖超设国际地跨新等的和与或是对到由为某同每几多哪两之及其有下上强大小富贫治"
)
"""None of these stands in a name that ends in 省, 市 or 县 and is in no dictionary: 全市, 各县, 设区的市."""


def places_in(plain: str) -> tuple[str, ...]:
    """The places in a normalised text, in Chinese and without 省, 市…, each once."""
    found = [m[0] for m in _chinese().finditer(plain)]
    found += [_ENGLISH[m[0]] for m in _english().finditer(plain)]
    found += [name for name, _, _ in _suffixed(plain) if not any(name.startswith(one) for one in found)]
    return tuple(dict.fromkeys(found))


def without_places(text: str) -> str:
    """A simplified text without the places it names, or as it is where nothing else would be left."""
    rest = text.lower() if text.isascii() else text
    for _, start, end in reversed(_suffixed(rest)):
        rest = rest[:start] + rest[end:]
    rest = _english().sub(" ", _chinese().sub("", rest))
    return rest if any(map(str.isalnum, rest)) else text


def names(place: str, text: str) -> bool:
    """Whether a simplified text names the place, in full or as people shorten it."""
    return place in text or (place in _SHORT and bool(re.search(_SHORT[place], text)))


def _suffixed(plain: str) -> list[tuple[str, int, int]]:
    """Names that end in 省, 市, 县…: the name without that, its start, and the end with it."""
    found = []
    for hit in islice(_SUFFIXED.finditer(plain), MAX_SUFFIXED):
        start, end = hit.span()
        suffix = 3 if plain.startswith("自治州", end - 3) else 1
        known = next((at for at in range(start, end - suffix - 1) if plain[at:end] in _listed()), None)
        stem = plain[end - suffix - 2 : end - suffix]
        named = _tag(stem)[:2] in ("", "ns", "nr", "nz") and stem not in ("旧城", "老城", "自治")
        if known is not None and named:
            found.append((plain[known : end - suffix], known, end))
        elif plain[end - 1] in "省市县" and not _ANY & set(stem) and named:
            found.append((stem, end - suffix - 2, end))
    return found


@cache
def _chinese() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_CHINESE, key=len, reverse=True)))


@cache
def _english() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, _ENGLISH), key=len, reverse=True)) + r")\b")


@lru_cache(maxsize=10_000)
def _tag(word: str) -> str:
    """What jieba's dictionary says of a word: `ns` of a place, "" of a word that it does not hold."""
    entry = f"\n{word} ".encode()
    start = _dictionary().find(entry)
    if start < 0:
        return ""
    return _dictionary()[start + len(entry) : start + len(entry) + 20].split(b"\n")[0].split()[1].decode()


@cache
def _listed() -> frozenset[str]:
    """Cities, counties, districts and towns of jieba's dictionary, with 市, 县…"""
    ending = "|".join("省市县区州盟旗镇乡")
    found = re.findall(rf"\n([^ \n]*(?:{ending})) \d+ ns(?=\n)".encode(), _dictionary())
    return frozenset(name.decode() for name in found)


@cache
def _dictionary() -> bytes:
    """5 MB, read when a question first may name a place by its form."""
    return b"\n" + resources.files("jieba").joinpath("dict.txt").read_bytes().replace(b"\r", b"")
