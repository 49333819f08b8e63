"""Tokens of the English recogniser: whole words, each with the mark of a word's beginning in front.

Token 0 is the CTC blank and token 1 stands for one word outside the vocabulary. The order of WORDS is the order of
`tokens.txt`: append only, or retrain. Every word is one that src/language/ understands.
"""

BLANK = "<blk>"
# Not "<unk>": the transducer search of sherpa-onnx treats a token of that name as blank.
OUTSIDE = "□"
_BEGINS_WORD = "▁"

ONES = "zero one two three four five six seven eight nine".split()
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBER_WORDS = [*ONES, "oh", *TEENS, *TENS, "hundred", "thousand", "million", "point", "minus", "negative", "and"]
NUMBER_WORDS += ["plus", "double", "triple"]

# A singular is written as the plural: they sound alike, and the product takes both.
UNITS = (
    "millimeters centimeters meters microns micrometers degrees celsius grams kilograms newtons kilonewtons "
    "pascals kilopascals megapascals bar volts millivolts amps milliamps ohms kilohms hertz kilohertz watts "
    "kilowatts percent seconds minutes rockwell decibels liters milliliters"
).split()
NAMES = [
    "length", "width", "height", "thickness", "depth", "diameter", "radius", "inner diameter", "inside diameter",
    "internal diameter", "outer diameter", "outside diameter", "external diameter", "hole diameter", "bore diameter",
    "angle", "roundness", "flatness", "roughness", "pressure", "weight", "temperature",
]
COMMANDS = [
    "undo", "undo that", "undo last", "withdraw", "withdraw that", "delete", "delete that", "delete the last",
    "correction", "wrong", "that's wrong", "not right", "correct", "that's correct", "repeat", "repeat that",
    "repeat the last", "say again", "say it again", "spell", "spell it", "digit by digit", "digits", "yes", "yes",
    "yeah", "right", "that's right", "confirm", "okay", "no", "no", "next part", "next piece", "status", "help",
    "cancel",
]
CORRECTIONS = ["correction", "correction", "correct", "wrong", "that's wrong", "no", "make it"]
COPULAS = ["is", "equals"]
FIELDS = ["part number", "part", "batch number", "batch", "inspector number", "inspector"]
OTHERS = ["record", "number", "dash", "please"]


def _distinct(phrases):
    return list(dict.fromkeys(word for phrase in phrases for word in phrase.split()))


WORDS = _distinct([*NUMBER_WORDS, *UNITS, *NAMES, *COMMANDS, *CORRECTIONS, *COPULAS, *FIELDS, *OTHERS])
TOKENS = [BLANK, OUTSIDE, *(_BEGINS_WORD + word for word in WORDS)]
TOKEN_IDS = {token: index for index, token in enumerate(TOKENS)}

# How a word may be said otherwise.
SINGULARS = {word: word[:-1] for word in UNITS if word.endswith("s") and word != "celsius"}


def token_of(word):
    """Token of one word of WORDS, or the outside token."""
    return _BEGINS_WORD + word if word in WORDS else OUTSIDE
