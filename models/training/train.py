"""Trains the network on every shard of WORK/shards; shards that arrive meanwhile are taken in.

usage: train.py WORK CHECKPOINT.pt LENGTH [--language en] [--from CHECKPOINT.pt] [--teacher CHECKPOINT.pt] [--rate 2e-3]
                [--last 0.02] [--batch 16] [--short]

The tokens are those of --language (default zh).
LENGTH is a number of steps ("20000", reproducible) or of minutes ("60m"). The learning rate falls from --rate by
a cosine to --last of it. With --teacher tokens may not be placed early (see alignment.py). The checkpoint holds
running means of the weights. --short multiplies in bfloat16: three times as fast on a processor with AMX. RANK=0
WORLD=2 and RANK=1 WORLD=2 in two processes average their gradients (one thread each is faster than two threads on a
small machine).
"""

import argparse
import math
import os
import random
import time

import torch
import torch.distributed as distributed
import torch.nn.functional as functional

from alignment import AFTER_END, Teacher, forbid_early
from batches import FEW_THROATS, Shards, collate, disturb, order
from languages import LANGUAGES, tokens_of
from network import Matrix, Network

RANK, WORLD = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD", "1"))
WARM_UP, REPORT, VALIDATE = 100, 50, 250  # steps


def best_path(scores):
    """(frames, tokens) log-probabilities -> tokens after the CTC collapse."""
    best = scores.argmax(1).tolist()
    return [t for i, t in enumerate(best) if t and (i == 0 or t != best[i - 1])]


def edit_distance(left, right):
    """Insertions, deletions and substitutions between two sequences."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left):
        diagonal, row[0] = row[0], i + 1
        for j, b in enumerate(right):
            diagonal, row[j + 1] = row[j + 1], min(row[j + 1] + 1, row[j] + 1, diagonal + (a != b))
    return row[-1]


def validate(network, utterances, size):
    """(token error rate, part of utterances without error); tokens outside the vocabulary do not count."""
    network.eval()
    errors = total = right = 0
    with torch.no_grad():
        for start in range(0, len(utterances), size):
            pairs = [(f.astype("float32"), labels) for f, labels, *_ in utterances[start : start + size]]
            features, frames, _, _ = collate(pairs)
            scores = network(features, *network.initial_state(len(pairs)))[0]
            for row, (_, labels) in enumerate(pairs):
                heard = [t for t in best_path(scores[row, : int(frames[row])]) if t > 1]
                said = [t for t in labels if t > 1]
                distance = edit_distance(heard, said)
                errors, total, right = errors + distance, total + len(said), right + (distance == 0)
    return errors / max(1, total), right / max(1, len(utterances))


class Progress:
    """Part of the training that is done, by steps or by minutes."""

    def __init__(self, length):
        self._minutes = float(length[:-1]) if length.endswith("m") else None
        self._steps = None if self._minutes else int(length)
        self._start = time.monotonic()

    def seconds(self):
        """Since the start."""
        return time.monotonic() - self._start

    def part(self, step):
        """0 at the start, 1 at the end."""
        if self._minutes:
            return self.seconds() / (60 * self._minutes)
        return step / self._steps


def average_gradients(parameters, part):
    """Mean of the gradients and of `part` over all processes; returns the mean part."""
    if WORLD == 1:
        return part
    flat = torch.cat([p.grad.reshape(-1) for p in parameters] + [torch.tensor([part])])
    distributed.all_reduce(flat)
    flat /= WORLD
    offset = 0
    for parameter in parameters:
        count = parameter.numel()
        parameter.grad.copy_(flat[offset : offset + count].view_as(parameter))
        offset += count
    return float(flat[-1])


def follow(means, network, step):
    """Move the running means of the weights towards the present ones."""
    keep = min(0.998, step / (step + 20.0))
    with torch.no_grad():
        for name, value in network.state_dict().items():
            if value.is_floating_point():
                means[name].lerp_(value, 1 - keep)
            else:
                means[name].copy_(value)


def start_network(shards, checkpoint, tokens):
    """A network that normalises by the statistics of the shards, or that of the checkpoint."""
    network = Network(tokens)
    if checkpoint:
        network.load_state_dict(torch.load(checkpoint))
        return network
    mean, deviation = shards.statistics()
    network.mean.copy_(torch.from_numpy(mean))
    network.inverse_deviation.copy_(torch.from_numpy(1 / deviation))
    return network


def main(options):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    Matrix.is_short = options.short
    rng = random.Random(100 + RANK)
    if WORLD > 1:
        meeting = "file://" + os.path.abspath(options.checkpoint) + ".meeting"
        distributed.init_process_group("gloo", init_method=meeting, rank=RANK, world_size=WORLD)
    shards = Shards(os.path.join(options.work, "shards"), options.language)
    held_out = Shards(os.path.join(options.work, "validation"), options.language)
    shards.scan()
    held_out.scan()
    tokens = len(tokens_of(options.language))
    network = start_network(shards, getattr(options, "from"), tokens)
    teacher = Teacher(start_network(shards, options.teacher, tokens)) if options.teacher else None
    parameters = list(network.parameters())
    optimiser = torch.optim.AdamW(parameters, lr=options.rate, weight_decay=1e-3)
    means = {name: value.clone() for name, value in network.state_dict().items()}
    progress, part, step, losses, queue = Progress(options.length), 0.0, 0, [], []
    network.train()
    while part < 1:
        if not queue:
            shards.scan()
            queue = order(shards.utterances, options.batch, rng)
        keys = queue.pop()
        chosen = [shards.utterances[i] for i in keys]
        pairs = [(disturb(one, shards.noises, rng, FEW_THROATS[options.language]), one[1]) for one in chosen]
        features, frames, labels, counts = collate(pairs)
        rate = max(options.last, 0.5 * (1 + math.cos(math.pi * part)))
        for group in optimiser.param_groups:
            group["lr"] = options.rate * rate * min(1, (step + 1) / WARM_UP)
        scores = network(features, *network.initial_state(len(pairs)))[0]
        if teacher:
            rows = [row for _, row in pairs]
            scores = forbid_early(scores, rows, teacher.spikes(keys, features, frames, rows))
        elif any(one[3] is not None for one in chosen):
            scores = forbid_early(scores, [one[1] for one in chosen], [one[3] for one in chosen], AFTER_END)
        loss = functional.ctc_loss(scores.transpose(0, 1), labels, frames, counts, zero_infinity=True)
        optimiser.zero_grad()
        loss.backward()
        step += 1
        part = average_gradients(parameters, progress.part(step))
        torch.nn.utils.clip_grad_norm_(parameters, 5.0)
        optimiser.step()
        follow(means, network, step)
        losses.append(loss.item())
        if RANK == 0 and (step % REPORT == 0 or part >= 1):
            line = f"{progress.seconds():.0f} s, step {step}, {len(shards.utterances)} utterances"
            line += f", loss {sum(losses) / len(losses):.3f}"
            losses = []
            if step % VALIDATE == 0 or part >= 1:
                steady = Network(tokens)
                steady.load_state_dict(means)
                errors, right = validate(steady, held_out.utterances[::5], options.batch)
                line += f", held out: token errors {errors:.3f}, right {right:.3f}"
                torch.save(means, options.checkpoint + ".part")
                os.replace(options.checkpoint + ".part", options.checkpoint)
            print(line, flush=True)


def parse_arguments():
    """Options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("work")
    parser.add_argument("checkpoint")
    parser.add_argument("length")
    parser.add_argument("--language", choices=LANGUAGES, default="zh")
    parser.add_argument("--from")
    parser.add_argument("--teacher")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--last", type=float, default=0.02)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--short", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main(parse_arguments())
