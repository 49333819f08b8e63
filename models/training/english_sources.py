"""Where English utterances come from. `open_source(kind, ...)` returns draw(rng) -> (samples at 16 kHz, tokens, ends):
the ends are those of the words in seconds, or None where they are not known."""

import functools

import augment
import english_people
import english_speech
import espeak
import filler
import flite
import recordings
from english_outside import OUTSIDE_WORDS
from english_sentences import digit_string, sentence
from english_vocabulary import OUTSIDE, token_of
from sources import guess_outside, noise_alone, noise_source


@functools.lru_cache(maxsize=2)
def open_source(kind, data, _work, held_out):
    """kind: espeak, plain (espeak as the demonstration speaks), flite, human (needs data) or filler."""
    noise = noise_source(data, held_out)
    opener = {"espeak": _espeak, "plain": _plain, "flite": _flite, "human": _human, "filler": _filler}[kind]
    return opener(data, held_out, noise)


def _variants(held_out):
    return espeak.HELD_OUT_VARIANTS if held_out else ["", "", "", *espeak.training_variants()]


def _flite_voices(held_out):
    return flite.HELD_OUT_VOICES if held_out else flite.VOICES


def _spoiled(wave, rng, noise):
    return augment.augment(wave, rng, lambda count: noise(count, rng))


def _with_outside(words, rng):
    """Sometimes words from outside the vocabulary before or after."""
    if rng.random() > 0.1:
        return words
    other = rng.choices(OUTSIDE_WORDS, k=rng.randint(1, 3))
    return [*other, *words] if rng.random() < 0.5 else [*words, *other]


def _tokens(words):
    return [token_of(word) for word in words]


def _espeak(_data, held_out, noise):
    synthesiser, variants = espeak.Espeak(), _variants(held_out)

    def draw(rng):
        if rng.random() < 0.04:
            return (*noise_alone(noise, rng), [])
        words = _with_outside(sentence(rng), rng)
        wave, ends = english_speech.speak_varied(synthesiser, words, rng, variants)
        return _spoiled(wave, rng, noise), _tokens(words), ends

    return draw


def _plain(_data, held_out, noise):
    """At usual speeds in usual voices, mostly clean: the easiest speech, which has to be sure."""
    synthesiser = espeak.Espeak()

    def draw(rng):
        words = sentence(rng)
        voice = f"en+{rng.choice(espeak.HELD_OUT_VARIANTS)}" if held_out else rng.choice(english_speech.USUAL)
        wave, ends = english_speech.speak_plain(synthesiser, words, rng, voice)
        if rng.random() > 0.7:
            wave = augment.add_noise(wave, noise(len(wave), rng), rng.uniform(15, 40))
        return augment.level(wave, rng, clip_chance=0), _tokens(words), ends

    return draw


def _flite(_data, held_out, noise):
    voices = _flite_voices(held_out)

    def draw(rng):
        words = _with_outside(sentence(rng), rng)
        wave, ends = english_speech.speak_flite(words, rng, voices)
        if rng.random() < 0.25:
            return augment.level(wave, rng, clip_chance=0), _tokens(words), ends
        return _spoiled(wave, rng, noise), _tokens(words), ends

    return draw


def _human(data, held_out, noise):
    if not data:
        raise ValueError("human shards need the data folder")
    people = english_people.People(data, held_out)
    speakers = sorted(people.speakers)
    synthesiser, variants, voices = espeak.Espeak(), _variants(held_out), _flite_voices(held_out)

    def other(rng):
        """A function that says one word in a voice that stays the same for an utterance."""
        if rng.random() < 0.5:
            voice = rng.choice(voices)
            return lambda word: flite.say([word], voice)[0]
        variant = rng.choice(variants)
        voice, pitch = "en-us" + (f"+{variant}" if variant else ""), rng.uniform(20, 80)
        return lambda word: espeak.to_16k(espeak.trim(synthesiser.say(word, voice, 160, pitch)))

    def draw(rng):
        warp = rng.choice([1.0, rng.uniform(0.85, 1.18)])
        if rng.random() < 0.5:
            wave, tokens = english_people.whole(people, rng, warp)
            return _spoiled(wave, rng, noise), tokens, None
        speaker = rng.choice(speakers)
        words = english_people.sentence_for(people, speaker, rng, sentence, digit_string)
        said = people.say(words, speaker, rng, warp, other(rng))
        wave, ends = english_speech.with_silence(*said, rng)
        return _spoiled(wave, rng, noise), _tokens(words), ends

    return draw


def _filler(data, held_out, noise):
    """Other speech and noise: English words outside the vocabulary, other languages, people."""
    synthesiser, variants = espeak.Espeak(), _variants(held_out)
    people = _people_outside(data, held_out) if data else []
    foreign = [voice for voice in filler.FOREIGN_VOICES if not voice.startswith("en")]

    def draw(rng):
        kind = rng.random()
        if kind < 0.12:
            return (*noise_alone(noise, rng), [])
        words = rng.choices(OUTSIDE_WORDS, k=rng.randint(1, 7))
        if kind < 0.5:
            wave, ends = english_speech.speak_varied(synthesiser, words, rng, variants)
            return _spoiled(wave, rng, noise), _tokens(words), ends
        if kind < 0.62:
            wave, ends = english_speech.speak_flite(words, rng, _flite_voices(held_out))
            return _spoiled(wave, rng, noise), _tokens(words), ends
        if kind < 0.75 or not people:
            if rng.random() < 0.5:
                syllables = [filler.outside_word(rng) for _ in range(rng.randint(1, 3))]
                wave = espeak.speak_varied(synthesiser, syllables, rng, rng.choice(espeak.training_variants()))
            else:
                voice = f"{rng.choice(foreign)}+{rng.choice(variants) or 'm1'}"
                speech = synthesiser.say(" ".join(words), voice, rng.uniform(110, 230), rng.uniform(10, 90))
                speech = espeak.to_16k(espeak.trim(speech), rng.uniform(0.85, 1.2))
                wave, _ = english_speech.with_silence(speech, None, rng)
        else:
            wave, _ = english_speech.with_silence(rng.choice(people)(), None, rng)
        return _spoiled(wave, rng, noise), guess_outside(len(wave)), None

    return draw


def _people_outside(data, held_out):
    """Cuts of Mandarin students, read sentences, words and syllables, and of English orders."""
    clips, found = recordings.Clips(data), []
    folders = [recordings.STUDENTS, recordings.SENTENCES, recordings.SENTENCES, "picovoice-orders-en"]
    for folder in [*folders, *folders, *([] if held_out else [recordings.WORDS])]:
        for index, row in enumerate(recordings.rows_of(data, folder)):
            if recordings.is_held_out_row(folder, row) != held_out:
                continue
            if folder == recordings.WORDS and index % 10:
                continue
            if row["lang"] == "en" and row["transcript"] and token_of(row["transcript"]) != OUTSIDE:
                continue
            found.append(functools.partial(clips.cut, folder, row))
    return found
