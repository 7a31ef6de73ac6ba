"""English names of laws → their short Chinese names."""

from collections.abc import Mapping

ENGLISH_LAWS: Mapping[str, str] = {
    "constitution": "宪法", "civil code": "民法典", "criminal law": "刑法", "criminal code": "刑法",
    "company law": "公司法", "companies law": "公司法", "labor law": "劳动法", "labour law": "劳动法",
    "labor contract law": "劳动合同法", "labour contract law": "劳动合同法", "contract law": "合同法",
    "patent law": "专利法", "copyright law": "著作权法", "trademark law": "商标法", "tendering law": "招标投标法",
    "bidding law": "招标投标法", "government procurement law": "政府采购法", "securities law": "证券法",
    "administrative licensing law": "行政许可法", "administrative penalty law": "行政处罚法",
    "administrative reconsideration law": "行政复议法", "administrative litigation law": "行政诉讼法",
    "administrative procedure law": "行政诉讼法", "civil procedure law": "民事诉讼法",
    "criminal procedure law": "刑事诉讼法", "data security law": "数据安全法", "cybersecurity law": "网络安全法",
    "personal information protection law": "个人信息保护法", "foreign investment law": "外商投资法",
    "anti-monopoly law": "反垄断法", "anti-unfair competition law": "反不正当竞争法",
    "export control law": "出口管制法", "e-commerce law": "电子商务法", "advertising law": "广告法",
    "food safety law": "食品安全法", "environmental protection law": "环境保护法", "tax law": "税法",
    "individual income tax law": "个人所得税法", "enterprise income tax law": "企业所得税法",
    "social insurance law": "社会保险法", "legislation law": "立法法", "arbitration law": "仲裁法",
    "enterprise bankruptcy law": "企业破产法", "partnership enterprise law": "合伙企业法", "insurance law": "保险法",
    "product quality law": "产品质量法", "consumer protection law": "消费者权益保护法",
    "road traffic safety law": "道路交通安全法",
    "land administration law": "土地管理法", "marriage law": "婚姻法", "education law": "教育法",
    "compulsory education law": "义务教育法", "work safety law": "安全生产法", "fire protection law": "消防法",
    "science and technology progress law": "科学技术进步法", "nationality law": "国籍法",
    "exit and entry administration law": "出境入境管理法",
}  # fmt: skip
"""English names of laws → their short names. Also the names that are known to be whole: 劳动合同法 is not 合同法."""
