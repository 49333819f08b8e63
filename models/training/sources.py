"""Where utterances come from. `open_source(kind, ...)` returns draw(rng) -> (samples at 16 kHz, tokens)."""

import functools

import numpy as np

import augment
import espeak
import join
import recordings
from features import SAMPLE_RATE
from filler import FOREIGN_VOICES, FOREIGN_WORDS, OUTSIDE_SYLLABLES, outside_word
from sentences import DIGITS, sentence
from vocabulary import OUTSIDE, VOCABULARY_SYLLABLES, base_syllable, pinyin_of

# Voices that the demonstration and most first tests use.
_USUAL_VARIANTS = ["", "", "", "f2", "m3", "f1", "m1", "f4", "m2", "m7"]


@functools.lru_cache(maxsize=2)
def open_source(kind, data, work, held_out):
    """kind: espeak, plain (espeak as the demonstration speaks), human (needs data) or filler."""
    noise = noise_source(data, held_out)
    opener = {"espeak": _espeak, "plain": _plain, "human": _human, "filler": _filler}[kind]
    return opener(data, work, held_out, noise)


def noise_source(data, held_out):
    """draw_noise(count, rng): recorded noise in half of the cases when there is some, else synthetic."""
    waves = []
    if data:
        clips = recordings.Clips(data)
        for folder in recordings.NOISE:
            for row in recordings.rows_of(data, folder):
                if recordings.is_held_out_row(folder, row) == held_out:
                    wave = clips.cut(folder, row)
                    waves.append(wave / (wave.std() + 1e-6))

    def draw_noise(count, rng):
        if not waves or rng.random() < 0.6:
            return augment.synthetic_noise(count, rng)
        wave = rng.choice(waves)
        return np.resize(wave[rng.randrange(max(1, len(wave) - count)) :], count)

    return draw_noise


def noise_alone(noise, rng):
    """Some seconds of noise, without a token."""
    count = int(SAMPLE_RATE * rng.uniform(1, 4))
    wave = noise(count, rng) * np.float32(10 ** (rng.uniform(-60, -10) / 20))
    if rng.random() < 0.5:
        wave = augment.microphone(wave, rng)
    return np.clip(wave, -1, 1).astype(np.float32), []


def _espeak(_data, _work, held_out, noise):
    synthesiser = espeak.Espeak()
    variants = espeak.HELD_OUT_VARIANTS if held_out else espeak.training_variants()

    def draw(rng):
        kind = rng.random()
        if kind < 0.05:
            return noise_alone(noise, rng)
        words = sentence(rng)
        tokens = list("".join(words))
        if kind < 0.33:
            variant = rng.choice(variants if held_out or rng.random() < 0.4 else _USUAL_VARIANTS)
            wave = espeak.speak_plain(synthesiser, words, rng, variant)
            if rng.random() < 0.5:
                return augment.level(wave, rng, clip_chance=0), tokens
            return augment.augment(wave, rng, lambda count: noise(count, rng)), tokens
        syllables = [pinyin_of(word, rng) for word in words]
        if kind < 0.42:  # speech from outside the vocabulary before or after
            other = outside_word(rng, most=3)
            if rng.random() < 0.5:
                syllables, tokens = [other, *syllables], [OUTSIDE] * len(other) + tokens
            else:
                syllables, tokens = [*syllables, other], tokens + [OUTSIDE] * len(other)
        wave = espeak.speak_varied(synthesiser, syllables, rng, rng.choice(variants))
        return augment.augment(wave, rng, lambda count: noise(count, rng)), tokens

    return draw


def _plain(_data, _work, held_out, noise):
    """Characters at usual speeds in usual voices, mostly clean: the easiest speech, which has to be sure."""
    synthesiser = espeak.Espeak()

    def draw(rng):
        words = sentence(rng)
        variant = rng.choice(espeak.HELD_OUT_VARIANTS if held_out else _USUAL_VARIANTS)
        wave = espeak.speak_plain(synthesiser, words, rng, variant)
        if rng.random() < 0.7:
            return augment.level(wave, rng, clip_chance=0), list("".join(words))
        noisy = augment.add_noise(wave, noise(len(wave), rng), rng.uniform(15, 40))
        return augment.level(noisy, rng, clip_chance=0), list("".join(words))

    return draw


def _human(data, work, held_out, noise):
    if not data:
        raise ValueError("human shards need the data folder")
    clips = recordings.Clips(data, work)
    if held_out:
        who = recordings.held_out_syllables(data)
        speaker = join.Speaker(clips, who, recordings.syllable_rows(data, who), {})

        def draw_held_out(rng):
            wave, tokens = join.phrase(speaker, rng, None)
            return augment.augment(wave, rng, lambda count: noise(count, rng)), tokens

        return draw_held_out
    people = [_first_people(data, clips)] * 11
    for folder in recordings.more_syllables(data):
        people += [_syllable_speaker(data, clips, folder)] * 5
    people += [_read_numbers(data, clips)] * 4
    for folder in recordings.MORE_WORDS:
        if recordings.has(data, folder):
            people += _word_speakers(data, clips, folder)

    def draw(rng):
        wave, tokens = rng.choice(people)(rng)
        return augment.augment(wave, rng, lambda count: noise(count, rng)), tokens

    return draw


def _first_people(data, clips):
    """Draws what the two women with words and all syllables say."""
    rows = recordings.syllable_rows(data, recordings.SYLLABLES)
    words, labels = _words_and_labels(data, recordings.WORDS)
    names = list(labels)
    inside = [word for word in names if OUTSIDE not in labels[word]]
    outside = _outside_names(rows)
    speakers = [join.Speaker(clips, recordings.SYLLABLES, rows, {})] * 2
    speakers.append(join.Speaker(clips, recordings.SYLLABLES, rows, {w: words[w] for w in names}))
    voices = recordings.voices_of(recordings.WORDS)

    def draw(rng):
        kind, speaker, voice = rng.random(), rng.choice(speakers), rng.choice(voices)
        if kind < 0.16:
            pool = inside if rng.random() < 0.3 else names
            return join.recorded_words(speakers[-1], pool, labels, rng, voice)
        if kind < 0.24:
            return join.outside_syllables(speakers[0], outside, rng, voice)
        return join.phrase(speaker, rng, voice)

    return draw


def _syllable_speaker(data, clips, folder):
    """Draws what one person with single syllables says."""
    rows = recordings.syllable_rows(data, folder)
    speaker, outside = join.Speaker(clips, folder, rows, {}), _outside_names(rows)
    voices = recordings.voices_of(folder)

    def draw(rng):
        voice = rng.choice(voices)
        if rng.random() < 0.1:
            return join.outside_syllables(speaker, outside, rng, voice)
        return join.phrase(speaker, rng, voice)

    return draw


def _read_numbers(data, clips):
    """Draws a sentence that somebody read and in which there is a word of the vocabulary."""
    found = []
    for folder in recordings.read_folders(data):
        for row in recordings.rows_of(data, folder):
            tokens = recordings.label_sentence(row["transcript"], OUTSIDE)
            if not recordings.is_held_out_row(folder, row) and any(token != OUTSIDE for token in tokens):
                found.append((folder, row, tokens))

    def draw(rng):
        folder, row, tokens = rng.choice(found)
        wave = join.resample_poly(clips.cut(folder, row), 160, int(round(160 * rng.uniform(0.88, 1.15))))
        return _with_silence(wave.astype(np.float32), rng), tokens

    return draw


def _word_speakers(data, clips, folder):
    """For each person of a folder of words what draws one to three of them: their few words must not be drowned."""
    found = []
    for who in sorted({row["speaker"] for row in recordings.rows_of(data, folder)}):
        found += [_word_speaker(data, clips, folder, who)] * (6 if who in recordings.MEN else 3)
    return found


def _word_speaker(data, clips, folder, who):
    words, labels = _words_and_labels(data, folder, who)
    speaker = join.Speaker(clips, folder, {}, words, folder)
    names, voices = list(labels), recordings.voices_of(who)
    if not all(name in labels for name in DIGITS) or any(len(row["transcript"]) > 1 for row, _ in words.values()):
        return lambda rng: join.recorded_words(speaker, names, labels, rng, rng.choice(voices), 1.7)

    def draw_digits(rng):
        voice = rng.choice(voices)
        if rng.random() < 0.4:
            return join.recorded_words(speaker, names, labels, rng, voice, 1.7)
        takes = rng.sample(names, len(names))
        syllables = {words[name][1][0]: words[name][0] for name in takes}
        return join.phrase(join.Speaker(clips, folder, syllables, {}), rng, voice)

    return draw_digits


def _words_and_labels(data, folder, who=None):
    words, labels = recordings.word_rows(data, folder, who), {}
    for word, (_, syllables) in words.items():
        tokens = recordings.label_word(word, syllables, OUTSIDE)
        if tokens:
            labels[word] = tokens
    return words, labels


def _outside_names(rows):
    return [n for n in rows if base_syllable(n) not in VOCABULARY_SYLLABLES and n[-1] in "1234"]


def _filler(data, _work, held_out, noise):
    """Other speech and noise: synthetic Mandarin and foreign words; people where there are recordings."""
    synthesiser = espeak.Espeak()
    variants = espeak.HELD_OUT_VARIANTS if held_out else espeak.training_variants()
    people = _people_outside(data, held_out) if data else []

    def draw(rng):
        kind = rng.random()
        if kind < 0.12:
            return noise_alone(noise, rng)
        if kind < 0.35 or not people and kind < 0.7:
            words = [outside_word(rng) for _ in range(rng.randint(1, 3))]
            wave = espeak.speak_varied(synthesiser, words, rng, rng.choice(variants))
            tokens = [OUTSIDE] * sum(map(len, words))
        elif kind < 0.5 or not people:
            voice = f"{rng.choice(FOREIGN_VOICES)}+{rng.choice(variants)}"
            text = " ".join(rng.choices(FOREIGN_WORDS, k=rng.randint(1, 7)))
            speech = synthesiser.say(text, voice, rng.uniform(110, 230), rng.uniform(10, 90))
            wave = _with_silence(espeak.to_16k(espeak.trim(speech), rng.uniform(0.85, 1.2)), rng)
            tokens = guess_outside(len(wave))
        else:
            cut, tokens = rng.choice(people)
            wave = join.resample_poly(cut(), 160, int(round(160 * rng.uniform(0.85, 1.15))))
            wave = _with_silence(wave.astype(np.float32), rng)
            tokens = guess_outside(len(wave)) if tokens is None else tokens
        return augment.augment(wave, rng, lambda count: noise(count, rng)), tokens

    return draw


def _people_outside(data, held_out):
    """(cut, tokens) of students, read sentences (four times as often) and English; None: guess how many."""
    clips, found = recordings.Clips(data), []
    read = recordings.read_folders(data)
    for folder in [recordings.STUDENTS, *read, *recordings.ENGLISH]:
        for row in recordings.rows_of(data, folder):
            if recordings.is_held_out_row(folder, row) != held_out:
                continue
            tokens = None
            if folder == recordings.STUDENTS and row["lang"] == "zh":
                tokens = [OUTSIDE] * len(row["transcript"])
            elif folder in read:
                tokens = recordings.label_sentence(row["transcript"], OUTSIDE)
            cut = functools.partial(clips.cut, folder, row)
            found += [(cut, tokens)] * (4 if folder in read else 1)
    return found


def _with_silence(wave, rng):
    return np.concatenate([espeak.silence(rng, 0.1, 0.6), wave, espeak.silence(rng, 0.3, 0.8)])


def guess_outside(samples):
    """About five syllables a second of speech."""
    return [OUTSIDE] * max(1, round((samples / SAMPLE_RATE - 0.9) / 0.22))
