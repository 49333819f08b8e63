"""Writes the held-out test files and their table.

usage: make_tests.py WORK [DATA]  ->  WORK/tests/tests.tsv (models/README.md has its columns) and WAV files

Voices, people and noises of these files are never trained on, except `espeak-usual` (the usual voices, new
sentences) and `demo` (the sentences of the demonstration).
"""

import os
import random
import sys
import wave as wave_file

import numpy as np

import augment
import espeak
import join
import recordings
from features import SAMPLE_RATE
from filler import FOREIGN_VOICES, FOREIGN_WORDS, outside_word
from sentences import DIGITS, digit_string, measurement, sentence
from vocabulary import PRONUNCIATIONS, VOCABULARY_SYLLABLES, base_syllable, pinyin_of

DEMO = (
    "长度一百二十点五毫米 内径三十二点零五 负零点零三 五五点五五 外径五十毫米 撤销 更正一百二十一 零件号七七三 是 不是 "
    "长度一百二十毫米 一百零二 一千零五十 十二丝 百分之三点五 二十度 不对，一百二十一 重复 逐位 批次二零二六一一二四 "
    "检验员零八 下一件 状态 帮助 取消 宽度八十点零二毫米 高度四十五点五毫米 厚度三点二毫米 深度十二点三四毫米 直径二十五点零零 "
    "孔径八点零一毫米 角度四十五度 圆度零点零零五 粗糙度一点六微米 温度二十三点五摄氏度 压力零点六兆帕 重量二点五千克 "
    "二百五 一百二 一千五 三万二 幺二零 一点二 负三 零点五 十四 四十 四十四 十一 七十七 一百一十一 九百九十九点九九 "
    "半径六点二五毫米 外径四十九点九八毫米 撤销第三条 对 两百 两千零二 四点四四毫米 十点一 一点一七"
).split()
DEMO_VARIANTS = ["", "f2", "m3", "f1", "m1"]


class TestFolder:
    """Collects WAV files and the table."""

    def __init__(self, folder):
        self._folder, self._rows, self._counts = folder, ["file\tsaid\tspeaker\tnoise\tset\n"], {}

    def add(self, name, samples, said, speaker="", noise=""):
        """One 16-bit file of a set; `noise` is `clean` or a ratio in dB."""
        number = self._counts[name] = self._counts.get(name, 0) + 1
        path = f"{name}/{number:04d}.wav"
        os.makedirs(os.path.join(self._folder, name), exist_ok=True)
        with wave_file.open(os.path.join(self._folder, path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SAMPLE_RATE)
            file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
        self._rows.append(f"{path}\t{said}\t{speaker}\t{noise}\t{name}\n")

    def close(self):
        """Write the table."""
        with open(os.path.join(self._folder, "tests.tsv"), "w", encoding="utf8") as file:
            file.writelines(self._rows)


def padded(samples, peak=0.4):
    """With half a second of silence around, at a usual level."""
    quiet = np.zeros(SAMPLE_RATE // 2, np.float32)
    return np.concatenate([quiet, samples / (np.abs(samples).max() + 1e-6) * peak, quiet])


def repeated_digits(rng):
    """A digit string in which at least one digit follows itself."""
    digits = digit_string(rng, rng.randint(2, 6), 0.75).replace("幺", "一")
    return digits if any(a == b for a, b in zip(digits, digits[1:])) else digits[0] + digits


def synthetic_tests(tests, synthesiser, rng, noise):
    """Sets spoken by espeak-ng."""
    for variant in DEMO_VARIANTS:
        voice = f"{espeak.MANDARIN}+{variant}" if variant else espeak.MANDARIN
        for said in DEMO:
            tests.add("demo", espeak.to_16k(synthesiser.say(said, voice)), said.replace("，", ""), voice)
    for _ in range(200):
        words = sentence(rng)
        variant = rng.choice(["", "f2", "m3"])
        wave = espeak.speak_plain(synthesiser, words, rng, variant)
        tests.add("espeak-usual", wave * 0.5, "".join(words), f"usual {variant}".strip())
    for _ in range(200):
        words = sentence(rng)
        syllables = [pinyin_of(word, rng) for word in words]
        variant = rng.choice(espeak.HELD_OUT_VARIANTS)
        wave = espeak.speak_varied(synthesiser, syllables, rng, variant, speed=rng.uniform(120, 210))
        add_with_noise(tests, "espeak", padded(wave), "".join(words), noise, rng, variant)
    for _ in range(150):
        said = repeated_digits(rng)
        syllables = [pinyin_of(said, rng)]
        variant = rng.choice(espeak.HELD_OUT_VARIANTS)
        wave = espeak.speak_varied(synthesiser, syllables, rng, variant, speed=rng.uniform(120, 230))
        tests.add("espeak-repeats", padded(wave), said, variant)
    for _ in range(100):
        variant = rng.choice(espeak.HELD_OUT_VARIANTS)
        if rng.random() < 0.6:
            words = [outside_word(rng) for _ in range(3)]
            wave = espeak.speak_varied(synthesiser, words, rng, variant)
        else:
            text = " ".join(rng.choices(FOREIGN_WORDS, k=8))
            wave = espeak.to_16k(synthesiser.say(text, f"{rng.choice(FOREIGN_VOICES)}+{variant}"))
        tests.add("other-speech-espeak", padded(wave), "")
    for _ in range(60):
        count = SAMPLE_RATE * 10
        wave = augment.microphone(augment.synthetic_noise(count, rng), rng)
        tests.add("noise-synthetic", wave * 10 ** (rng.uniform(-45, -15) / 20), "")
    struck = random.Random(str(rng.getstate()))  # leaves the draws of the other sets as they are
    for _ in range(300):
        words = measurement(struck)
        variant = struck.choice(["", "f2", "m3"])
        wave = espeak.speak_plain(synthesiser, words, struck, variant) * 0.5
        tests.add("espeak-blow", augment.blow(wave, struck), "".join(words), f"usual {variant}".strip())


def add_with_noise(tests, name, clean, said, noise, rng, who=""):
    """Clean and with noise at 20, 10 and 5 dB."""
    tests.add(f"{name}-clean", clean, said, who, "clean")
    for snr_db in (20, 10, 5):
        noisy = augment.add_noise(clean, noise(len(clean), rng), snr_db)
        tests.add(f"{name}-{snr_db}dB", noisy / max(1, np.abs(noisy).max()), said, who, snr_db)


def human_tests(tests, data, rng, noise):
    """Sets spoken by people that are not trained on."""
    clips = recordings.Clips(data)
    who = recordings.held_out_syllables(data)
    rows = recordings.syllable_rows(data, who)
    speaker = join.Speaker(clips, who, rows, {})
    for _ in range(150):
        words = join.sentence_of(speaker, rng)
        wave = speaker.say(words, rng, None, warp=1.0, pace=rng.uniform(0.24, 0.4))
        add_with_noise(tests, "person", padded(wave), "".join(words), noise, rng, who)
    for _ in range(80):
        said = repeated_digits(rng)
        wave = speaker.say([said], rng, None, warp=1.0, pace=rng.uniform(0.24, 0.4))
        tests.add("person-repeats", padded(wave), said, who)
    for digit in DIGITS + "十百千万点负两":
        for reading in PRONUNCIATIONS[digit]:
            tests.add("person-isolated", padded(clips.cut(who, rows[reading])), digit, who)
    outside = [n for n in rows if base_syllable(n) not in VOCABULARY_SYLLABLES and n[-1] in "1234"]
    for _ in range(60):
        wave, _ = join.outside_syllables(speaker, outside, rng, None)
        tests.add("other-speech-syllables", padded(wave), "")
    for folder, name in (
        (recordings.STUDENTS, "other-speech-students"),
        (recordings.SENTENCES, "other-speech-sentences"),
        ("speechocean762-en", "other-speech-english"),
        ("picovoice-orders-en", "other-speech-english"),
        ("noise-esc10", "noise-recorded"),
    ):
        for row in recordings.rows_of(data, folder):
            if recordings.is_held_out_row(folder, row) and not set(row["transcript"]) & set(DIGITS + "两十百千万"):
                tests.add(name, padded(clips.cut(folder, row)), "")


def main(work, data=None):
    import sources

    data = recordings.existing(data)
    rng = random.Random(777)
    noise = sources.noise_source(data, True)
    tests = TestFolder(os.path.join(work, "tests"))
    synthetic_tests(tests, espeak.Espeak(), rng, noise)
    if data:
        human_tests(tests, data, rng, noise)
    else:
        print("make_tests.py: no data folder, so no test with people")
    tests.close()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
