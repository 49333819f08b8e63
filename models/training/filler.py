"""Speech that must not become a measurement: syllables outside the vocabulary and other languages."""

from vocabulary import VOCABULARY_SYLLABLES

_INITIALS = "b p m f d t n l g k h j q x zh ch sh r z c s y w".split() + [""]
_FINALS = (
    "a ai an ang ao e ei en eng er i ia ian iang iao ie in ing iong iu o ong ou u ua uai uan uang ui un uo ve"
).split()
_BY_INITIAL = {
    "y": "a an ang ao e i in ing ong ou u uan un".split(),
    "w": "a ai an ang ei en o u".split(),
    "": "a ai an ang ao e en er ou".split(),
    **dict.fromkeys(
        ("b", "p", "m", "f"), "a ai an ang ao ei en eng i ian iao ie in ing o ou u".split()
    ),
}

FOREIGN_VOICES = ["en-us", "de", "ru", "ja", "ko", "vi", "fr", "es", "yue", "pl", "tr"]
FOREIGN_WORDS = (
    "the part is on table please look at this one we need more time before lunch today machine stopped again "
    "call him later what do you think about weather music radio news report number water coffee never mind "
    "open door close window go back home machine tool drawing sample yes no okay hello seven three four two"
).split()


def _is_syllable(initial, final):
    if initial in _BY_INITIAL:
        return final in _BY_INITIAL[initial]
    if initial in ("j", "q", "x"):
        return final[0] == "i" or final in ("u", "uan", "un")
    if initial in ("zh", "ch", "sh", "r", "z", "c", "s"):
        return final == "i" or final[0] not in "iv"
    if initial in ("g", "k", "h"):
        return final[0] not in "iv"
    return final not in ("er", "iong", "ua", "uai", "uang", "ve", "o")


OUTSIDE_SYLLABLES = [
    initial + final
    for initial in _INITIALS
    for final in _FINALS
    if _is_syllable(initial, final) and initial + final not in VOCABULARY_SYLLABLES
]


def outside_word(rng, most=8):
    """Pinyin of a run of Mandarin syllables that the vocabulary does not hold."""
    return [
        rng.choice(OUTSIDE_SYLLABLES) + str(rng.randint(1, 4)) for _ in range(rng.randint(1, most))
    ]
