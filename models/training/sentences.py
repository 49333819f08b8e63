"""What an inspector says, drawn at random: measurements, digit strings, commands, part numbers.

A sentence is a list of words; a pause may fall between words only.
"""

from vocabulary import COMMANDS, CONTEXT_ONLY, DIGITS, NAMES, PRONUNCIATIONS, UNITS

ALL_CHARACTERS = [character for character in PRONUNCIATIONS if character not in CONTEXT_ONLY]
# Characters that are easily taken for one another and decide the value.
CONFUSABLE = "一七二两四十点千八百五六九牛零幺三丝"


def read_integer(value, rng):
    """A usual Chinese reading of 0 <= value < 10^8."""
    if value == 0:
        return "零"
    if value >= 10000:
        high, low = divmod(value, 10000)
        head = "两" if high == 2 and rng.random() < 0.7 else read_integer(high, rng)
        gap = "零" if 0 < low < 1000 else ""
        return head + "万" + gap + (read_integer(low, rng) if low else "")
    text, skipped = "", False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // place % 10
        if digit == 0:
            skipped = True
            continue
        if skipped and text:
            text += "零"
        skipped = False
        if digit == 1 and place == 10 and not text:
            text += name
        elif digit == 2 and place >= 100 and rng.random() < 0.7:
            text += "两" + name
        else:
            text += DIGITS[digit] + name
    return text


def digit_string(rng, length, repeat_chance):
    """Digits read one by one; each repeats the one before with the given chance."""
    text = ""
    for _ in range(length):
        text += text[-1] if text and rng.random() < repeat_chance else rng.choice(DIGITS)
    return text.replace("一", "幺") if rng.random() < 0.25 else text


def number(rng):
    """A number as it is spoken: integer, decimal, signed, or digit by digit."""
    draw = rng.random()
    if draw < 0.08:
        return digit_string(rng, rng.randint(2, 6), 0.35)
    value = rng.randrange(rng.choice([10, 100, 100, 1000, 1000, 10000, 100000]))
    if value > 99 and rng.random() < 0.25:
        value = value // 100 * 100 if rng.random() < 0.5 else value // 10 * 10
    if rng.random() < 0.1:
        value = 0
    if rng.random() < 0.1:
        integer = digit_string(rng, rng.randint(1, 3), 0.4)
    else:
        integer = read_integer(value, rng)
    text = integer
    if rng.random() < 0.6:
        decimals = digit_string(rng, rng.choice([1, 1, 2, 2, 2, 3, 3, 4]), 0.35)
        text += "点" + decimals.replace("幺", "一")
    draw = rng.random()
    sign = "负" if draw < 0.12 else "正" if draw < 0.14 else ""
    return sign + text


def measurement(rng):
    """[name] [是] number [unit]."""
    if rng.random() < 0.02:
        # 巴 sounds like 八: only 压力 may call for it, and there both readings stay possible.
        return ["压力", number(rng), rng.choice("巴巴八")]
    words = []
    if rng.random() < 0.62:
        words.append(rng.choice(NAMES))
        if rng.random() < 0.12:
            words.append("是")
    words.append(number(rng))
    if rng.random() < 0.7:
        words.append(rng.choice(UNITS))
        if words[-1] in ("度", "米", "分钟", "秒") and rng.random() < 0.1:
            words[-1] += "半"
    return words


def command(rng):
    """A command word, or a command with what follows it."""
    draw = rng.random()
    if draw < 0.5:
        return [rng.choice(COMMANDS)]
    if draw < 0.6:
        return [rng.choice(COMMANDS), rng.choice(COMMANDS)]
    if draw < 0.8:
        return [rng.choice(["更正", "不对", "更正", "不是"]), *measurement(rng)]
    head = rng.choice(["撤销", "更正", "重复", "", "逐位"])
    count = read_integer(rng.randint(1, rng.choice([10, 99, 200])), rng)
    return [word for word in (head, "第" + count + rng.choice("条条条件")) if word]


def identifier(rng):
    """A part, batch or inspector number."""
    head = rng.choice(["零件号", "批次", "批次号", "检验员", "检验员"])
    return [head, digit_string(rng, rng.choice([1, 2, 2, 3, 3, 4, 5, 6, 8]), 0.3)]


def sentence(rng):
    """One random sentence."""
    draw = rng.random()
    if draw < 0.13:
        return command(rng)
    if draw < 0.16:
        return [rng.choice(NAMES)]
    if draw < 0.18:
        return [rng.choice(UNITS)]
    if draw < 0.26:
        return identifier(rng)
    if draw < 0.40:
        return [digit_string(rng, rng.randint(1, 7), rng.choice([0.1, 0.6]))]
    if draw < 0.44:
        return [rng.choice(["百分之", "百分之", "百分之", "千分之", "万分之", "负百分之"]) + number(rng)]
    if draw < 0.50:  # any order of characters: keeps the acoustics honest
        return ["".join(rng.choice(ALL_CHARACTERS) for _ in range(rng.randint(1, 5)))]
    if draw < 0.56:
        return ["".join(rng.choice(CONFUSABLE) for _ in range(rng.randint(1, 6)))]
    return measurement(rng)
