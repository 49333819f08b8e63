"""What an inspector says in English, drawn at random: a sentence is a list of words.

All of it is understood by src/language/, but for the words in any order that keep the acoustics honest.
"""

from english_vocabulary import (
    COMMANDS, COPULAS, CORRECTIONS, FIELDS, NAMES, NUMBER_WORDS, ONES, TEENS, TENS, UNITS, WORDS,
)

# Words that are easily taken for one another and decide the value.
_CONFUSABLE = [
    *"thirteen thirty fourteen forty fifteen fifty sixteen sixty seventeen seventy eighteen eighty nineteen".split(),
    *"ninety six seven five nine one four oh zero eight two ten eleven hundred thousand and point minus".split(),
]


def read_integer(value, rng, uses_and=False):
    """A usual English reading of 0 <= value < 10^9, as words."""
    if value == 0:
        return ["zero"]
    words = []
    for size, name in ((10**6, "million"), (1000, "thousand")):
        if value >= size:
            words += [*read_integer(value // size, rng, uses_and), name]
            value %= size
    if value >= 100:
        words += [ONES[value // 100], "hundred"]
        value %= 100
    if value == 0:
        return words
    if words and uses_and:
        words.append("and")
    if value < 10:
        return [*words, ONES[value]]
    if value < 20:
        return [*words, TEENS[value - 10]]
    return [*words, TENS[value // 10 - 2], *([ONES[value % 10]] if value % 10 else [])]


def digit_string(rng, length, repeat_chance):
    """Digits read one by one; each repeats the one before with the given chance."""
    digits = []
    for _ in range(length):
        digits.append(digits[-1] if digits and rng.random() < repeat_chance else rng.choice(ONES))
    zero = rng.choice(["zero", "zero", "oh"])
    words, index = [], 0
    doubles = rng.random() < 0.1
    while index < length:
        if doubles and index + 1 < length and digits[index] == digits[index + 1]:
            words += ["double", digits[index]]
            index += 2
        else:
            words.append(digits[index])
            index += 1
    return [zero if word == "zero" else word for word in words]


def number(rng):
    """A number as it is spoken: integer, decimal, signed, or digit by digit."""
    value = rng.randrange(rng.choice([10, 20, 100, 100, 100, 1000, 1000, 10000, 100000]))
    if value > 99 and rng.random() < 0.2:
        value = value // 100 * 100 if rng.random() < 0.5 else value // 10 * 10
    if rng.random() < 0.1:
        value = 0
    if rng.random() < 0.12:
        words = [rng.choice(ONES[1:]), *digit_string(rng, rng.randint(1, 4), 0.3)]
    elif 1100 <= value < 10000 and value // 100 % 10 and rng.random() < 0.15:
        words = [*read_integer(value // 100, rng), "hundred"]
        words += read_integer(value % 100, rng) if value % 100 else []
    else:
        words = read_integer(value, rng, rng.random() < 0.3)
    if rng.random() < 0.6:
        words += ["point", *digit_string(rng, rng.choice([1, 1, 2, 2, 2, 3, 3, 4]), 0.3)]
    draw = rng.random()
    sign = ["minus"] if draw < 0.1 else ["negative"] if draw < 0.13 else ["plus"] if draw < 0.14 else []
    return sign + words


def unit(rng):
    """A unit, millimetres most of the time."""
    draw = rng.random()
    if draw < 0.45:
        return ["millimeters"]
    if draw < 0.65:
        return rng.choice([["microns"], ["micrometers"], ["degrees"], ["centimeters"], ["meters"], ["percent"]])
    if draw < 0.7:
        return ["degrees", "celsius"]
    return [rng.choice(UNITS)]


def measurement(rng):
    """[name] [is] number [unit]."""
    words = []
    if rng.random() < 0.62:
        words += rng.choice(NAMES).split()
        if rng.random() < 0.15:
            words.append(rng.choice(COPULAS))
    words += number(rng)
    if rng.random() < 0.7:
        words += unit(rng)
    return words


def command(rng):
    """A command, or a command with what follows it."""
    draw = rng.random()
    if draw < 0.55:
        return rng.choice(COMMANDS).split()
    if draw < 0.85:
        return [*rng.choice(CORRECTIONS).split(), *measurement(rng)]
    head = rng.choice(["undo", "undo record", "delete", "delete record", "withdraw record", "undo number"])
    return [*head.split(), *read_integer(rng.randint(1, rng.choice([10, 99, 300])), rng)]


def identifier(rng):
    """A part, batch or inspector number."""
    digits = digit_string(rng, rng.choice([1, 2, 2, 3, 3, 4, 5, 6, 8]), 0.3)
    if len(digits) > 3 and rng.random() < 0.1 and "double" not in digits:
        digits.insert(rng.randint(1, len(digits) - 1), "dash")
    return [*rng.choice(FIELDS).split(), *digits]


def understood_sentence(rng):
    """One random sentence that the product understands."""
    draw = rng.random()
    if draw < 0.17:
        return command(rng)
    if draw < 0.26:
        return identifier(rng)
    if draw < 0.36:
        return digit_string(rng, rng.randint(1, 6), rng.choice([0.1, 0.5]))
    return measurement(rng)


def sentence(rng):
    """One random sentence, or words in any order."""
    draw = rng.random()
    if draw < 0.07:
        return rng.choices(WORDS, k=rng.randint(1, 5))
    if draw < 0.15:
        return rng.choices(_CONFUSABLE, k=rng.randint(1, 6))
    if draw < 0.18:
        return rng.choices(NUMBER_WORDS, k=rng.randint(1, 4))
    if draw < 0.21:
        return rng.choice(NAMES).split()
    return understood_sentence(rng)
