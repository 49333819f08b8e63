"""Tokens of the recogniser and how each character is pronounced.

Token 0 is the CTC blank and token 1 stands for one syllable outside the vocabulary. Every other token is
one Chinese character, so that the text of the small model looks like the text of a full-size Mandarin model.
The order of PRONUNCIATIONS is the order of `tokens.txt`: append only, or retrain.
"""

BLANK = "<blk>"
# Not "<unk>": the transducer search of sherpa-onnx treats a token of that name as blank.
OUTSIDE = "□"

# character -> pinyin readings with tone numbers; the first is the usual one
PRONUNCIATIONS = {
    # numbers
    "零": ["ling2"], "一": ["yi1", "yi4", "yi2"], "二": ["er4"], "两": ["liang3"], "三": ["san1"],
    "四": ["si4"], "五": ["wu3"], "六": ["liu4"], "七": ["qi1"], "八": ["ba1"], "九": ["jiu3"],
    "幺": ["yao1"], "十": ["shi2"], "百": ["bai3"], "千": ["qian1"], "万": ["wan4"], "点": ["dian3"],
    "负": ["fu4"], "正": ["zheng4"], "半": ["ban4"], "分": ["fen1"], "之": ["zhi1"],
    # units
    "毫": ["hao2"], "厘": ["li2"], "米": ["mi3"], "微": ["wei1"], "丝": ["si1"], "度": ["du4"],
    "摄": ["she4"], "氏": ["shi4"], "克": ["ke4"], "公": ["gong1"], "斤": ["jin1"], "吨": ["dun1"],
    "牛": ["niu2"], "顿": ["dun4"], "帕": ["pa4"], "兆": ["zhao4"], "巴": ["ba1"], "伏": ["fu2"],
    "特": ["te4"], "安": ["an1"], "培": ["pei2"], "欧": ["ou1"], "姆": ["mu3"], "赫": ["he4"],
    "兹": ["zi1"], "瓦": ["wa3"], "秒": ["miao3"], "钟": ["zhong1"], "转": ["zhuan4", "zhuan3"],
    "每": ["mei3"], "升": ["sheng1"], "贝": ["bei4"],
    # names of characteristics
    "长": ["chang2"], "宽": ["kuan1"], "高": ["gao1"], "厚": ["hou4"], "深": ["shen1"], "直": ["zhi2"],
    "径": ["jing4"], "内": ["nei4"], "外": ["wai4"], "孔": ["kong3"], "角": ["jiao3"], "圆": ["yuan2"],
    "平": ["ping2"], "面": ["mian4"], "粗": ["cu1"], "糙": ["cao1"], "温": ["wen1"], "压": ["ya1"],
    "力": ["li4"], "重": ["zhong4", "chong2"], "量": ["liang4"], "柱": ["zhu4"], "同": ["tong2"],
    "轴": ["zhou2"], "垂": ["chui2"], "行": ["xing2"], "硬": ["ying4"], "壁": ["bi4"], "槽": ["cao2"],
    "距": ["ju4"], "中": ["zhong1"], "心": ["xin1"],
    # commands
    "撤": ["che4"], "销": ["xiao1"], "更": ["geng1"], "不": ["bu4", "bu2"], "对": ["dui4"],
    "复": ["fu4"], "逐": ["zhu2"], "位": ["wei4"], "是": ["shi4"], "的": ["de5"], "件": ["jian4"],
    "号": ["hao4"], "批": ["pi1"], "次": ["ci4"], "检": ["jian3"], "验": ["yan4"], "员": ["yuan2"],
    "下": ["xia4"], "上": ["shang4"], "状": ["zhuang4"], "态": ["tai4"], "帮": ["bang1"],
    "助": ["zhu4"], "取": ["qu3"], "消": ["xiao1"], "第": ["di4"], "条": ["tiao2"], "确": ["que4"],
    "认": ["ren4"], "学": ["xue2"], "习": ["xi2"], "我": ["wo3"], "声": ["sheng1"], "音": ["yin1"],
}

# Each sounds like a more frequent character, at least without its tone (巴 like 八, 是 like 十, 重 like 中 ...): the
# words around it tell, so that they are never drawn at random. Otherwise the network would learn that 五是毫米 is
# as likely as 五十毫米.
CONTEXT_ONLY = set("氏巴复声员钟柱消销是中状助检")

TOKENS = [BLANK, OUTSIDE, *PRONUNCIATIONS]
TOKEN_IDS = {token: index for index, token in enumerate(TOKENS)}
DIGITS = "零一二三四五六七八九"

NAMES = [
    "长度", "宽度", "高度", "厚度", "深度", "直径", "半径", "内径", "外径", "孔径", "角度", "圆度", "平面度",
    "粗糙度", "温度", "压力", "重量", "圆柱度", "同轴度", "垂直度", "平行度", "硬度",
    "壁厚", "槽宽", "槽深", "孔距", "孔深", "中心距", "内孔", "外圆",
]
UNITS = [
    "毫米", "毫米", "毫米", "毫米", "厘米", "米", "微米", "丝", "度", "摄氏度", "克", "毫克", "千克", "公斤", "吨",
    "牛", "千牛", "牛米", "牛顿", "帕", "千帕", "兆帕", "伏", "毫伏", "伏特", "安", "毫安", "安培", "欧", "千欧",
    "兆欧", "欧姆", "赫兹", "千赫", "兆赫", "瓦", "千瓦", "毫瓦", "秒", "毫秒", "微秒", "分", "分钟", "转",
    "转每分", "升", "毫升", "分贝",
]
COMMANDS = [
    "撤销", "更正", "不对", "对", "重复", "逐位", "是", "是的", "不是", "零件号", "批次", "检验员", "下一件",
    "上一件", "上一条", "状态", "帮助", "取消", "确认", "学习我的声音",
]


def base_syllable(syllable):
    """The syllable without its tone number."""
    return syllable.rstrip("12345")


VOCABULARY_SYLLABLES = {
    base_syllable(reading) for readings in PRONUNCIATIONS.values() for reading in readings
}


def pinyin_of(word, rng):
    """Pinyin of a word of the vocabulary, with the tone changes of 一 and 不 in most renderings."""
    syllables = []
    for index, character in enumerate(word):
        following = word[index + 1] if index + 1 < len(word) else ""
        reading = PRONUNCIATIONS[character][0]
        if character == "一" and rng.random() < 0.7:
            if following and following in "百千条":
                reading = "yi4"
            elif following and following in "万度件":
                reading = "yi2"
        elif character == "不" and following and following in "是对":
            reading = "bu2"
        elif character == "重" and following == "复":
            reading = "chong2"
        elif len(word) == 1:
            reading = rng.choice(PRONUNCIATIONS[character])
        syllables.append(reading)
    return syllables
