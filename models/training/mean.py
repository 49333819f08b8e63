"""Writes a weighted mean of two checkpoints, of which the second was trained on from the first.

usage: mean.py FIRST.pt SECOND.pt WEIGHT_OF_SECOND OUT.pt

The way back to the first keeps what it knew, and loses little of what the second learnt.
"""

import sys

import torch


def main(first, second, weight, output):
    weight = float(weight)
    one, other = torch.load(first), torch.load(second)
    torch.save({name: value.lerp(other[name], weight) if value.is_floating_point() else other[name]
                for name, value in one.items()}, output)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
