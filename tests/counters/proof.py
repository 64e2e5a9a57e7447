"""Logout keeps the numbers, for numbers of any size: an inductive argument over two sessions, checked by z3.

Two sides, 0 and 1. Of each: S, its next number to send; T, the next number that it expects; F, how many of its messages
are under way on this connection; L, how many were lost and have not been repeated yet; `out`, it has sent a Logout and no Logon since; `seen`, it has consumed, in sequence, the
other's Logout, and no Logon was sent since. How much a step adds to S and T is read from steps.txt, which the tests hold
against the real session. A cut loses what is under way; a crash too, and the numbers are those on disk, which are the
same (G3, G8). What was lost is repeated later with its old number (`recover`). No message overtakes another: it is TCP.

Proved of every state that any number of steps can reach (the invariant holds at the start and is kept by each step):
G1 no step lowers a number, G2 each message has a number of its own, G4 nobody expects more than was sent, G6 what is missing is
only what was lost and has not been repeated, and G5: when both have consumed the other's Logout, each
expects exactly the number that the other sends next, so that the next Logon neither leaves a gap nor is too low.

Each mistake below is one change of one step; the proof must fail for each, or it would prove nothing.
"""

import sys
from z3 import And, Bool, Bools, Implies, Ints, Not, Or, Solver, sat, unsat

MISTAKES = {
    "a Logout takes no number": ("logout", (0, 0)),
    "an answer to a Logout takes no number": ("answer_logout", (0, 0)),
    "a Logout that is received is not counted": ("receive_logout", (0, 0)),
    "a Logout resets the number": ("receive_logout", "reset"),
    "a Logon is not counted": ("receive_logon", (0, 0)),
    "a message is counted over a gap": ("receive_gap", (0, 1)),
    "a message is counted twice": ("receive", (0, 2)),
    "a number is given twice": ("send", (0, 0)),
    "a crash forgets a number": ("crash", (-1, 0)),
    "messages follow a Logout": ("send", "after a Logout"),
    "a Logout is consumed although messages are missing": ("receive_logout", "over a gap"),
}


def table(path):
    rows = [line.split() for line in open(path, encoding="utf-8") if line.strip() and not line.startswith("#")]
    return {name: (int(sender), int(target)) for name, sender, target in rows}


class State:
    """The facts at one moment."""

    def __init__(self, name):
        self.S = Ints(f"{name}.S0 {name}.S1")
        self.T = Ints(f"{name}.T0 {name}.T1")
        self.F = Ints(f"{name}.F0 {name}.F1")
        self.L = Ints(f"{name}.L0 {name}.L1")
        self.out = Bools(f"{name}.out0 {name}.out1")
        self.seen = Bools(f"{name}.seen0 {name}.seen1")
        self.up = Bool(f"{name}.up")


def start(s):
    """Any two numbers that agree: a session may have begun long ago."""
    agree = [And(s.S[i] >= 1, s.T[1 - i] == s.S[i], s.F[i] == 0, s.L[i] == 0, Not(s.out[i]), Not(s.seen[i])) for i in (0, 1)]
    return And(Not(s.up), *agree)


def invariant(s):
    facts = []
    for i in (0, 1):
        j = 1 - i
        facts += [
            s.F[i] >= 0,
            s.L[i] >= 0,
            s.T[j] >= 1,
            s.T[j] <= s.S[i],  # G4
            Implies(Not(s.up), s.F[i] == 0),
            # What is under way carries the last F numbers. Each number below them was consumed, or is missing (G6).
            s.T[j] + s.F[i] + s.L[i] == s.S[i],
            # A Logout that was consumed in sequence was the last message, and nothing has been sent since.
            Implies(s.seen[j], And(s.out[i], s.F[i] == 0, s.T[j] == s.S[i])),
        ]
    return And(*facts)


def clean(s):
    return And(s.seen[0], s.seen[1])


def continues(s):
    """G5: the next Logon of either side has the number that the other expects."""
    return And(s.T[0] == s.S[1], s.T[1] == s.S[0])


def steps(s, n, rows, special):
    """Every step, by its name: side i acts."""
    found = []
    for i in (0, 1):
        j = 1 - i
        front = s.S[j] - s.F[j]  # The number of the first message under way to i.

        def step(name, guard, flight_out=0, flight_in=0, missed=0, out=None, seen=None, other_seen=None, up=None, lost=False,
                 i=i, j=j):
            sender, target = rows[name] if name in rows else (0, 0)
            reset = special.get(name) == "reset"
            facts = [
                guard,
                n.S[i] == (1 if reset else s.S[i] + sender),
                n.T[i] == (1 if reset else s.T[i] + target),
                n.S[j] == s.S[j],
                n.T[j] == s.T[j],
                n.F[i] == (0 if lost else s.F[i] + flight_out),
                n.F[j] == (0 if lost else s.F[j] + flight_in),
                n.L[i] == (s.L[i] + s.F[i] if lost else s.L[i]),
                n.L[j] == (s.L[j] + s.F[j] if lost else s.L[j] + missed),
                n.out[i] == (s.out[i] if out is None else out),
                n.out[j] == s.out[j],
                n.seen[i] == (s.seen[i] if seen is None else seen),
                n.seen[j] == (s.seen[j] if other_seen is None else other_seen),
                n.up == (s.up if up is None else up),
            ]
            found.append((f"{name} by {i}", And(*facts)))

        may_send = s.up if special.get("send") == "after a Logout" else And(s.up, Not(s.out[i]))
        in_sequence = s.T[i] == front
        logout_guard = True if special.get("receive_logout") == "over a gap" else in_sequence
        # The Logout is the last message of its sender: those before it have been taken from the stream.
        last = And(s.F[j] == 1, s.out[j])
        step("send", may_send, flight_out=1)
        step("receive", And(s.up, s.F[j] > 0, in_sequence, Not(last)), flight_in=-1)
        step("receive_gap", And(s.up, s.F[j] > 0, s.T[i] < front), flight_in=-1, missed=1)
        step("logout", And(s.up, Not(s.out[i]), Not(s.seen[i])), flight_out=1, out=True)
        step("receive_logout", And(s.up, last, logout_guard), flight_in=-1, seen=True)
        step("answer_logout", And(s.up, Not(s.out[i]), s.seen[i]), flight_out=1, out=True)
        # Sent as the first message of a connection; it ends what the Logouts before it said.
        step("logon", s.up, flight_out=1, out=False, other_seen=False)
        step("receive_logon", And(s.up, s.F[j] > 0, in_sequence, Not(s.out[j])), flight_in=-1)
        step("connect", Not(s.up), up=True)
        step("cut", s.up, up=False, lost=True)
        step("crash", True, up=False, lost=True)
        # A repeated message or a gap fill: one of those that were lost, not one that is under way.
        sender, target = 0, 1
        found.append((f"recover by {i}", And(
            s.up, s.T[i] < front, n.T[i] == s.T[i] + target, n.S[i] == s.S[i] + sender,
            n.S[j] == s.S[j], n.T[j] == s.T[j], n.F[0] == s.F[0], n.F[1] == s.F[1], n.up == s.up,
            n.L[j] == s.L[j] - 1, n.L[i] == s.L[i],
            *[And(n.out[k] == s.out[k], n.seen[k] == s.seen[k]) for k in (0, 1)])))
    return found


def holds(*facts):
    """Whether no state makes the facts true. With it, one that does."""
    solver = Solver()
    solver.add(*facts)
    answer = solver.check()
    if answer == unsat:
        return True, None
    assert answer == sat, f"z3 cannot tell: {solver.reason_unknown()}"
    return False, solver.model()


def failures(rows, special):
    """Everything that cannot be proved."""
    s, n = State("before"), State("after")
    wanted = [("the start", And(start(s), Not(invariant(s)))), ("G5", And(invariant(s), clean(s), Not(continues(s))))]
    for name, step in steps(s, n, rows, special):
        lowered = Or(*[Or(n.S[i] < s.S[i], n.T[i] < s.T[i]) for i in (0, 1)])
        wanted.append((f"{name}: G1", And(invariant(s), step, lowered)))
        wanted.append((f"{name}: the invariant", And(invariant(s), step, Not(invariant(n)))))
        # G2: a message under way has a number of its own.
        if name.startswith(("send", "logout", "answer_logout", "logon")):
            i = int(name[-1])
            wanted.append((f"{name}: G2", And(invariant(s), step, n.S[i] <= s.S[i])))
    return [name for name, facts in wanted if not holds(facts)[0]], len(wanted)


def reached(rows):
    """That the premise of G5 can come true: traffic, a Logout, its answer, and the Logon after it, with large numbers."""
    path = ["connect by 0", "send by 0", "receive by 1", "send by 1", "logout by 0", "receive by 0", "receive_logout by 1",
            "answer_logout by 1", "receive_logout by 0", "cut by 0"]
    states = [State(f"t{k}") for k in range(len(path) + 3)]
    facts = [start(states[0]), states[0].S[0] > 10**18]
    for k, name in enumerate(path):
        facts.append(dict(steps(states[k], states[k + 1], rows, {}))[name])
    end = len(path)
    facts.append(clean(states[end]))
    for k, name in enumerate(["connect by 0", "logon by 0"]):
        facts.append(dict(steps(states[end + k], states[end + k + 1], rows, {}))[name])
    last = states[-1]
    facts.append(last.S[0] == last.T[1] + 1)
    return not holds(*facts)[0]


def main():
    rows = table(sys.argv[1])
    failed, count = failures(rows, {})
    for name in failed:
        print(f"not proved: {name}", file=sys.stderr)
    print(f"{count - len(failed)} of {count} statements proved, for numbers of any size")
    if not reached(rows):
        sys.exit("no clean Logout can be reached: the proof says nothing")
    print("a clean Logout and the Logon after it can be reached")
    missed = []
    for mistake, (name, change) in MISTAKES.items():
        assert name in rows, name
        wrong, special = dict(rows), {}
        if isinstance(change, str):
            special[name] = change
        else:
            wrong[name] = change
        found, _ = failures(wrong, special)
        print(f"  {mistake}: {found[0] if found else 'NOT FOUND'}")
        missed += [] if found else [mistake]
    if failed or missed:
        sys.exit(f"{len(failed)} statements are not proved, {len(missed)} mistakes are not found")
    print(f"each of {len(MISTAKES)} mistakes breaks the proof")


main()
