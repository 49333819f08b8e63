"""Makes data folders of the two voices of Debian's package gcin-voice: nearly every syllable of Mandarin, one by one.

usage: gcin_voice.py DATA  ->  DATA/gcin-voice-chu-lo and DATA/gcin-voice-edward-liu (recordings.py has the layout)

The package names its files by zhuyin: ogg/ㄅㄚ4/5.ogg is ba4 by the fifth voice. Chu Lo's recordings (5.ogg) are
CC-BY-3.0 and are trained on; those of Edward Der-Hua Liu (3.ogg, GPL-3 or LGPL-3) only test.
"""

import csv
import os
import re
import subprocess
import sys
import tempfile

import numpy as np
import soundfile
from scipy.signal import resample_poly

from features import SAMPLE_RATE

PACKAGE, ROOT = "gcin-voice", "usr/share/gcin-voice/ogg"
VOICES = {
    "gcin-voice-chu-lo": ("5", "gcin-chu-lo", "CC-BY-3.0"),
    "gcin-voice-edward-liu": ("3", "gcin-edward-liu", "GPL-3 or LGPL-3"),
}
COLUMNS = "path start_s end_s transcript pinyin speaker lang source_repo source_path licence note".split()
GAP = SAMPLE_RATE // 10

INITIALS = dict(zip("ㄅㄆㄇㄈㄉㄊㄋㄌㄍㄎㄏㄐㄑㄒㄓㄔㄕㄖㄗㄘㄙ", "b p m f d t n l g k h j q x zh ch sh r z c s".split()))
# final -> (after an initial, alone)
FINALS = {
    "ㄚ": ("a", "a"), "ㄛ": ("o", "o"), "ㄜ": ("e", "e"), "ㄞ": ("ai", "ai"), "ㄟ": ("ei", "ei"), "ㄠ": ("ao", "ao"),
    "ㄡ": ("ou", "ou"), "ㄢ": ("an", "an"), "ㄣ": ("en", "en"), "ㄤ": ("ang", "ang"), "ㄥ": ("eng", "eng"),
    "ㄦ": ("er", "er"), "ㄧ": ("i", "yi"), "ㄧㄚ": ("ia", "ya"), "ㄧㄝ": ("ie", "ye"), "ㄧㄠ": ("iao", "yao"),
    "ㄧㄡ": ("iu", "you"), "ㄧㄢ": ("ian", "yan"), "ㄧㄣ": ("in", "yin"), "ㄧㄤ": ("iang", "yang"),
    "ㄧㄥ": ("ing", "ying"), "ㄨ": ("u", "wu"), "ㄨㄚ": ("ua", "wa"), "ㄨㄛ": ("uo", "wo"), "ㄨㄞ": ("uai", "wai"),
    "ㄨㄟ": ("ui", "wei"), "ㄨㄢ": ("uan", "wan"), "ㄨㄣ": ("un", "wen"), "ㄨㄤ": ("uang", "wang"),
    "ㄨㄥ": ("ong", "weng"), "ㄩ": ("v", "yu"), "ㄩㄝ": ("ve", "yue"), "ㄩㄢ": ("van", "yuan"), "ㄩㄣ": ("vn", "yun"),
    "ㄩㄥ": ("iong", "yong"),
}


def pinyin_of_zhuyin(zhuyin):
    """ㄌㄧㄥ2 -> ling2, None where it is no syllable; no digit is the first tone, 1 the neutral one."""
    sounds, tone = re.fullmatch(r"(.*?)(\d?)", zhuyin).groups()
    tone = {"": "1", "1": "5"}.get(tone, tone)
    initial = INITIALS.get(sounds[:1], "")
    final = sounds[1:] if initial else sounds
    if not final and initial in ("zh", "ch", "sh", "r", "z", "c", "s"):
        return initial + "i" + tone
    if final not in FINALS:
        return None
    after, alone = FINALS[final]
    if not initial:
        return alone + tone
    return initial + (after.replace("v", "u", 1) if initial in ("j", "q", "x") else after) + tone


def read(path):
    """16-bit samples at 16 kHz."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    wave = resample_poly(samples.mean(1), SAMPLE_RATE, rate)
    return (np.clip(wave, -1, 1) * 32767).astype("<i2")


def write(unpacked, version, target, number, speaker, licence):
    """One voice: a packed FLAC file and its manifest."""
    os.makedirs(target, exist_ok=True)
    rows, pieces, position = [], [], 0
    for zhuyin in sorted(os.listdir(os.path.join(unpacked, ROOT))):
        source, pinyin = f"{ROOT}/{zhuyin}/{number}.ogg", pinyin_of_zhuyin(zhuyin)
        if pinyin is None or not os.path.exists(os.path.join(unpacked, source)):
            continue
        wave = read(os.path.join(unpacked, source))
        start, stop = position / SAMPLE_RATE, (position + len(wave)) / SAMPLE_RATE
        rows.append([
            f"{speaker}.flac", f"{start:.4f}", f"{stop:.4f}", "", pinyin, speaker, "zh",
            f"Debian {PACKAGE} {version}", source, licence, "isolated syllable (Taiwan Mandarin), label from the file name",
        ])
        pieces += [wave, np.zeros(GAP, "<i2")]
        position += len(wave) + GAP
    soundfile.write(os.path.join(target, f"{speaker}.flac"), np.concatenate(pieces), SAMPLE_RATE, subtype="PCM_16")
    with open(os.path.join(target, "manifest.tsv"), "w", encoding="utf8") as file:
        # Written as they are read: without quoting.
        csv.writer(file, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n").writerows([COLUMNS, *rows])
    print(target, len(rows), "syllables")


def main(data):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["apt-get", "download", PACKAGE], cwd=folder, check=True)
        (package,) = os.listdir(folder)
        subprocess.run(["dpkg-deb", "-x", package, "unpacked"], cwd=folder, check=True)
        field = ["dpkg-deb", "-f", package, "Version"]
        version = subprocess.run(field, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()
        for name, voice in VOICES.items():
            write(os.path.join(folder, "unpacked"), version, os.path.join(data, name), *voice)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
