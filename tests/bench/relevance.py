#!/usr/bin/python3
"""relevance.py - judges TREC runs: relevance.py QRELS OURS PEER...

Prints "ours nDCG@10 hit@1", then for each peer its name (that of the file), its
nDCG@10, the difference and the p of a two-sided paired randomisation test with
10,000 flips. A query without an answer counts as zero.
"""
import math
import os
import random
import sys

K = 10


def read_qrels(path):
    out = {}
    for line in open(path, encoding="utf-8"):
        parts = line.split()
        if len(parts) == 3 and parts[2].isdigit() and int(parts[2]) > 0:
            out.setdefault(parts[0], {})[parts[1]] = int(parts[2])
    return out


def read_run(path):
    rows = {}
    for n, line in enumerate(open(path, encoding="utf-8")):
        query, _, doc, _, score = line.split()[:5]
        rows.setdefault(query, []).append((-float(score), n, doc))
    return {q: list(dict.fromkeys(doc for _, _, doc in sorted(r))) for q, r in rows.items()}


def judge(qrels, run):
    """-> [(nDCG, hit)] by query"""
    out = []
    for query, relevant in qrels.items():
        docs = run.get(query, [])[:K]
        gain = sum(relevant.get(d, 0) / math.log2(i + 2) for i, d in enumerate(docs))
        ideal = sum(g / math.log2(i + 2) for i, g in enumerate(sorted(relevant.values(), reverse=True)[:K]))
        out.append((gain / ideal, float(bool(docs) and docs[0] in relevant)))
    return out


def chance(ours, theirs, rounds=10000):
    """p that a difference as large comes of nothing"""
    differences = [a - b for a, b in zip(ours, theirs) if a != b]
    seen, rng = abs(sum(differences)), random.Random(1)
    as_large = sum(abs(sum(d if rng.random() < 0.5 else -d for d in differences)) >= seen - 1e-12 for _ in range(rounds))
    return (as_large + 1) / (rounds + 1)


def mean(values):
    return sum(values) / max(len(values), 1)


def main():
    qrels = read_qrels(sys.argv[1])
    ours = judge(qrels, read_run(sys.argv[2]))
    print(f"ours {mean([n for n, _ in ours]):.4f} {mean([h for _, h in ours]):.4f}")
    for path in sys.argv[3:]:
        theirs = judge(qrels, read_run(path))
        a, b = [n for n, _ in ours], [n for n, _ in theirs]
        print(f"{os.path.basename(path)} {mean(b):.4f} {mean(a) - mean(b):+.4f} {chance(a, b):.4f}")


main()
