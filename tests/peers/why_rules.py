"""The rules of routing once more: plainly, slowly, and from what a site says and
the public commands print. why-oracle compares the desk with them.
"""
import datetime
import functools
import math
import re
import zoneinfo

MINUTE = 60000
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
MEDIA = ["chat", "email", "voice"]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def millis(text):
    """Of a time as commands print it."""
    when = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.timezone.utc)
    return (when - EPOCH) // datetime.timedelta(milliseconds=1)


def stamp(ms):
    when = EPOCH + datetime.timedelta(milliseconds=ms)
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (ms % 1000)


def span(text, otherwise=None):
    """Of a duration as a site gives it: "90s", "2m"."""
    if text is None:
        return otherwise
    number, unit = re.fullmatch(r"(\d+)(ms|s|m|h|d)", text).groups()
    return int(number) * {"ms": 1, "s": 1000, "m": MINUTE, "h": 60 * MINUTE, "d": 1440 * MINUTE}[unit]


def thousandths(x):
    """As C rounds."""
    whole = math.floor(abs(x) * 1000)
    return math.copysign((whole + (abs(x) * 1000 - whole >= 0.5)) / 1000, x)


# Skills: ("term", name, op, level), ("and", [...]), ("or", [...]); None asks for nothing.

@functools.lru_cache(None)
def parse(text):
    tokens = re.findall(r"[A-Za-z0-9_.-]+|[<>=!]=?|[&|()]", text or "")
    if not tokens:
        return None
    at = [0]

    def peek():
        return tokens[at[0]] if at[0] < len(tokens) else None

    def take():
        at[0] += 1
        return tokens[at[0] - 1]

    def one():
        if peek() == "(":
            take()
            inner = several("|", lambda: several("&", one))
            assert take() == ")"
            return inner
        name, op, level = take().lower(), ">=", 1
        if peek() and peek()[0] in "<>=!":
            op, level = take(), int(take())
            op = {"==": "="}.get(op, op)
            if op == ">":
                op, level = ">=", level + 1
            elif op == "<":
                op, level = "<=", level - 1
            if level == 0:  # nobody has less
                op, level = {"<=": ("=", 0), "!=": (">=", 1)}.get(op, (op, 0))
        return ("term", name, op, level)

    def several(sign, part):
        kind = {"&": "and", "|": "or"}[sign]
        found = []
        while True:
            inner = part()
            found += inner[1] if inner[0] == kind else [inner]
            if peek() != sign:
                break
            take()
        found = [x for i, x in enumerate(found) if x not in found[:i]]
        return found[0] if len(found) == 1 else (kind, found)

    return several("|", lambda: several("&", one))


def both(a, b):
    """Two expressions, both of which must hold."""
    if a is None or b is None:
        return a if b is None else b
    parts = []
    for x in (a, b):
        parts += x[1] if x[0] == "and" else [x]
    parts = [x for i, x in enumerate(parts) if x not in parts[:i]]
    return parts[0] if len(parts) == 1 else ("and", parts)


def form(tree):
    """The same for expressions that are alike but for the order."""
    return repr(tree) if tree is None or tree[0] == "term" else repr((tree[0], sorted(form(x) for x in tree[1])))


def met(term, levels):
    have = levels.get(term[1], 0)
    return {">=": have >= term[3], "<=": have <= term[3], "=": have == term[3], "!=": have != term[3]}[term[2]]


def unmet(tree, levels):
    """The first term in the way, None: it holds."""
    if tree is None or tree[0] == "term":
        return None if tree is None or met(tree, levels) else tree
    missing = [unmet(x, levels) for x in tree[1]]
    if tree[0] == "or" and None in missing:
        return None
    return next((x for x in missing if x is not None), None)


def fit(tree, levels):
    """Levels above what is asked, in the alternative where that is least."""
    if tree is None or unmet(tree, levels) is not None:
        return 0 if tree is None else None
    if tree[0] == "term":
        return levels.get(tree[1], 0) - tree[3] if tree[2] == ">=" else 0
    parts = [fit(x, levels) for x in tree[1]]
    return sum(parts) if tree[0] == "and" else min(x for x in parts if x is not None)


# Capacity.

def rules_of(site, agent):
    """medium -> {max, unless, takes, needs}; {}: nothing is said."""
    if "capacity" in agent:
        return {m: {"max": n} for m, n in agent["capacity"].items()}
    for c in site.get("capacities", []):
        if c["name"] == agent.get("capacity_rule"):
            return {m["name"]: m for m in c["media"]}
    return {}


def limit(rules, load, medium):
    """What keeps one more away, None: nothing does."""
    have = load.get(medium, 0)
    if not rules:
        return None if medium == "voice" and have < 1 else "no_rule"
    if medium not in rules:
        return "medium"
    rule = rules[medium]
    if rule.get("max") is not None and have >= rule["max"]:
        return "count"
    needs = rule.get("needs", rule.get("takes", 0))
    if needs > 0 and spare(rules, load) < needs:
        return "shares"
    if rule.get("unless") and unmet(parse(rule["unless"]), load) is None:
        return "condition"
    return None


def spare(rules, load):
    return 100 - sum(n * rules.get(m, {}).get("takes", 0) for m, n in load.items())


def room(rules, load, medium):
    load, n = dict(load), 0
    while n < 10000 and limit(rules, load, medium) is None:
        load[medium] = load.get(medium, 0) + 1
        n += 1
    return n


class Hours:
    """Opening hours: each day has its intervals, an interval that ends before it begins goes on on the next day."""
    def __init__(self, given):
        self.given, self.zone, self.known = given, zoneinfo.ZoneInfo(given["zone"]), {}

    def begin_on(self, day):
        for part in filter(None, (x.strip() for x in self.given.get(DAYS[day.weekday()], "").split(","))):
            ends = []
            for text in part.split("-"):
                hour, minute = map(int, text.split(":"))
                ends.append(datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(hours=hour, minutes=minute))
            if ends[1] <= ends[0]:
                ends[1] += datetime.timedelta(days=1)
            yield tuple((x.replace(tzinfo=self.zone) - EPOCH) // datetime.timedelta(milliseconds=1) for x in ends)

    def around(self, ms):
        today = (EPOCH + datetime.timedelta(milliseconds=ms)).astimezone(self.zone).date()
        if today not in self.known:
            self.known[today] = [x for n in range(-2, 10) for x in self.begin_on(today + datetime.timedelta(days=n))]
        return self.known[today]

    def open_at(self, ms):
        return any(a <= ms < b for a, b in self.around(ms))

    def change(self, ms):
        edges = sorted({edge for pair in self.around(ms) for edge in pair if edge > ms})
        return next(edge for edge in edges if self.open_at(edge) != self.open_at(ms))


class Queue:
    def __init__(self, site, q):
        self.name = q["name"]
        self.skills, self.selection = q.get("skills", ""), q.get("selection", "longest-idle")
        self.priority, self.ageing = q.get("priority", 0), q.get("ageing", 1)
        self.rona, self.push, self.auto_answer = q.get("rona", True), q.get("push", True), q.get("auto_answer", False)
        self.exclusion, self.offer_timeout = span(q.get("exclusion"), MINUTE), span(q.get("offer_timeout"), 30000)
        self.widen = [(span(s["after"]), s.get("skills", "")) for s in q.get("widen", [])]
        self.overflow_to, self.overflow_after = q.get("overflow_to"), span(q.get("overflow_after"))
        self.overflow_length, self.overflow_nobody = q.get("overflow_length"), q.get("overflow_nobody", False)
        self.hours = next((Hours(h) for h in site.get("hours", []) if h["name"] == q.get("hours")), None)
        self.closed, self.closed_to = q.get("closed", "hold"), q.get("closed_to")
        self.last_agent, self.last_agent_wait = q.get("last_agent", "off"), span(q.get("last_agent_wait"), MINUTE)

    def open_at(self, ms):
        return self.hours is None or self.hours.open_at(ms)

    def asks(self, waited):
        """(steps of widening, what is asked then)"""
        steps = [s for s in self.widen if s[0] <= waited]
        return len(steps), parse(steps[-1][1] if steps else self.skills)


class Item:
    """An interaction as a world has it."""
    def __init__(self, **given):
        self.id = self.medium = self.state = self.queue = self.agent = self.offer = self.expires = None
        self.skills, self.priority, self.queued, self.entered, self.number = "", 0, 0, 0, 0
        self.reserved = None  # (why, agent)
        self.excluded, self.contact, self.answered, self.online = {}, None, False, False
        self.__dict__.update(given)

    def copy(self):
        return Item(**{**self.__dict__, "excluded": dict(self.excluded)})


class World:
    """A site at one moment. What routing would do is done to it; offers tells whom what is offered."""
    def __init__(self, site, queues, now):
        self.site, self.queues, self.now = site, queues, now
        self.agents = {a["name"]: a for a in site["agents"]}
        self.order = {a["name"]: i for i, a in enumerate(site["agents"])}
        self.rules = {a["name"]: rules_of(site, a) for a in site["agents"]}
        self.media = {}  # agent -> medium -> {state, reason, until, pending}
        self.idle = {}   # (agent, medium) -> since
        self.served = {}  # contact -> (the last interaction that was served, by whom)
        self.items = {}
        self.offers, self.freed, self.unsure = [], [], False

    def copy(self):
        other = World.__new__(World)
        other.__dict__.update(self.__dict__)
        other.media = {a: {m: dict(here) for m, here in media.items()} for a, media in self.media.items()}
        other.idle, other.served, other.offers, other.freed = dict(self.idle), dict(self.served), [], []
        other.items = {i: item.copy() for i, item in self.items.items()}
        return other

    def load(self, agent):
        load = {}
        for item in self.items.values():
            if item.agent == agent and item.state not in ("queued", "done", "parked"):
                load[item.medium] = load.get(item.medium, 0) + 1
        return load

    def room(self, agent, medium):
        return room(self.rules[agent], self.load(agent), medium)

    def levels(self, agent):
        return {k.lower(): n for k, n in self.agents[agent].get("skills", {}).items()}

    def asked(self, item):
        """What its lane asks for."""
        if item.reserved:
            return None
        return both(self.queues[item.queue].asks(self.now - item.queued)[1], parse(item.skills))

    def serves(self, agent, item):
        queues = self.agents[agent].get("queues")
        return (queues is None or item.queue in queues) and unmet(self.asked(item), self.levels(agent)) is None

    def verdict(self, item, agent):
        """Why this agent is not offered it now; None: nothing is in the way."""
        queue = self.queues[item.queue] if item.queue else None
        media = self.media.get(agent)
        if not item.reserved and not queue.push:
            return "not_pushed"
        if not item.reserved and not queue.open_at(self.now):
            return "closed"
        if not media:
            return "logged_out"
        if item.medium not in media:
            return "not_on_medium"
        if media[item.medium]["state"] != "ready" or media[item.medium].get("pending"):
            return "not_ready"
        if not item.reserved:
            queues = self.agents[agent].get("queues")
            if queues is not None and item.queue not in queues:
                return "not_member"
            if unmet(self.asked(item), self.levels(agent)) is not None:
                return "unskilled"
        if item.excluded.get(agent, 0) > self.now:
            return "excluded"
        if item.reserved and item.reserved[1] != agent:
            return "reserved"
        return None if self.room(agent, item.medium) > 0 else "full"

    # Agents for an item.

    def weight(self, item, agent):
        """Smaller is better."""
        policy = self.queues[item.queue].selection if item.queue and not item.reserved else "longest-idle"
        idle = self.idle[agent, item.medium]
        first = {"longest-idle": 0, "least-loaded": self.load(agent).get(item.medium, 0),
                 "best-fit": fit(self.asked(item), self.levels(agent)), "order": self.order[agent]}[policy]
        return policy, (first, idle, agent)

    def ranked(self, item):
        free = [a for a in self.agents if self.verdict(item, a) is None]
        return sorted(free, key=lambda a: self.weight(item, a)[1])

    def loses(self, item, winner, agent):
        """Why an agent comes after the winner."""
        policy, mine = self.weight(item, agent)
        theirs = self.weight(item, winner)[1]
        if policy == "order":
            return "later_in_order"
        if mine[0] != theirs[0]:
            return {"least-loaded": "more_loaded", "best-fit": "worse_fit"}[policy]
        return "less_idle" if mine[1] != theirs[1] else "tie"

    def free(self, agent):
        return {m for m in self.media.get(agent, {}) if self.room(agent, m) > 0}

    def finish(self):
        """Whom what was offered has given room for something else, as a condition may."""
        while self.freed:
            self.route_agent(self.freed.pop(0))

    def offer(self, item, agent):
        queue, before = self.queues.get(item.queue), self.free(agent)
        item.state = "active" if queue and queue.auto_answer else "offered"
        item.agent = agent
        self.offers.append((item.id, agent))
        if self.free(agent) - before:
            self.freed.append(agent)
        if item.state == "active":
            item.answered, item.reserved = True, None
            self.served[item.contact] = max(self.served.get(item.contact, ("", "")), (item.id, agent))

    def route_item(self, item):
        ranked = self.ranked(item) if item.state == "queued" else []
        if ranked:
            self.offer(item, ranked[0])
        return bool(ranked)

    # Items for an agent.

    def key(self, item):
        ageing = self.ageing(item)
        ahead = item.priority * 60000.0 / ageing
        return item.queued - int(ahead + 0.5 if ahead >= 0 else ahead - 0.5)

    def ageing(self, item):
        return 1.0 if item.reserved or not item.queue else float(self.queues[item.queue].ageing)

    def score(self, item):
        return self.ageing(item) * (float(self.now) - float(self.key(item))) / 60000.0

    def route_agent(self, agent):
        while True:
            free = [i for i in self.items.values() if i.state == "queued" and self.verdict(i, agent) is None]
            if not free:
                return
            self.offer(min(free, key=lambda i: (-self.score(i), i.id)), agent)

    # What queues do.

    def lane_length(self, queue, but):
        return sum(1 for i in self.items.values() if i.state == "queued" and i.queue == queue and not i.reserved and i.id != but.id)

    def manned(self, item):
        return any(item.medium in media and self.serves(agent, item) for agent, media in self.media.items())

    def sends_on(self, item):
        """Where its queue sends what comes; None: it keeps it."""
        queue = self.queues[item.queue]
        if not queue.open_at(self.now):
            return queue.closed_to if queue.closed == "overflow" else None
        if queue.overflow_to is None:
            return None
        if queue.overflow_length is not None and self.lane_length(queue.name, item) >= queue.overflow_length:
            return queue.overflow_to
        return queue.overflow_to if queue.overflow_nobody and not self.manned(item) else None

    def move_on(self, item, to):
        item.queue, item.entered, item.reserved = to, self.now, None

    def reserve(self, item):
        queue = self.queues[item.queue]
        agent = self.served.get(item.contact, (None, None))[1]
        if queue.last_agent == "off" or not queue.push or item.answered or agent is None:
            return
        here = self.media.get(agent, {}).get(item.medium)
        if here is None or here["state"] != "ready" or here.get("pending") or item.excluded.get(agent, 0) > self.now:
            return
        if queue.last_agent == "always" or self.serves(agent, item):
            item.reserved = ("last-agent", agent)

    def arrive(self, item):
        """It has come to its queue; then it is for route_item."""
        while True:
            to = self.sends_on(item)
            if to is None:
                break
            self.move_on(item, to)
        queue = self.queues[item.queue]
        if not queue.open_at(self.now):
            if queue.closed == "message" and item.online and not item.answered:
                item.state = "done"
            return
        self.reserve(item)
        self.wait(item)

    def overflow_at(self, item):
        queue = self.queues[item.queue]
        if queue.overflow_to is None or queue.overflow_after is None:
            return None
        return item.entered + queue.overflow_after

    def wait(self, item):
        """It waits again or still: what is overdue overflows."""
        if item.state != "queued" or item.reserved or not item.queue:
            return
        over = self.overflow_at(item)
        if over is not None and over <= self.now:
            self.move_on(item, self.queues[item.queue].overflow_to)
            self.arrive(item)

    def release(self, item):
        item.reserved = None
        self.wait(item)

    def unreserve(self, agent, medium=None):
        kept = [i for i in self.items.values() if i.state == "queued" and i.reserved == ("last-agent", agent) and medium in (None, i.medium)]
        for item in sorted(kept, key=lambda i: (self.key(i), i.id)):
            self.release(item)
            self.route_item(item)

    def rejoin(self, item):
        item.state, item.agent = "queued", None
        if item.queue:
            item.reserved = None

    def drain(self, queue):
        """It has opened: the oldest first, each lane until nobody is free for it."""
        lanes = {}
        for item in self.items.values():
            if item.state == "queued" and item.queue == queue and not item.reserved:
                lanes.setdefault((item.medium, form(self.asked(item))), []).append(item)
        lanes = {k: sorted(v, key=lambda i: (self.key(i), i.id)) for k, v in lanes.items()}
        while lanes:
            lane = min(lanes, key=lambda k: self.key(lanes[k][0]))
            # Of two lanes the one that was there first comes first: that is not told.
            self.unsure |= sum(self.key(v[0]) == self.key(lanes[lane][0]) for v in lanes.values()) > 1
            item = lanes[lane].pop(0)
            held = any(until > self.now for until in item.excluded.values())
            if not (self.route_item(item) or held) or not lanes[lane]:
                del lanes[lane]
