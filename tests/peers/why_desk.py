"""Sites at random for why-oracle, and the desk of each as its commands show it."""
import json
import os
import random
import shutil
import subprocess
import tempfile

import why_rules as rules

START = rules.millis("2026-11-23T08:00:00.000Z")  # a Monday
SKILLS = ["french", "billing", "sales", "vip"]


class Differs(Exception):
    pass


def expect(got, want, *what):
    if got != want:
        raise Differs("%s: is %r, should be %r" % (" ".join(map(str, what)), got, want))


# A site at random.

def expression(r, depth=0):
    if depth < 2 and r.random() < 0.25:
        sign = r.choice([" & ", " | "])
        parts = [expression(r, depth + 1) for _ in range(r.randint(2, 3))]
        return "(" + sign.join(parts) + ")" if depth else sign.join(parts)
    return r.choice(SKILLS) + r.choice(["", "", "", ">=2", ">=3", ">1", "<4", "=2", "!=3"])


def queue(r, i, names):
    q = {"name": names[i], "ageing": r.choice([0.5, 1, 1, 2, 7]), "priority": r.choice([0, 0, 3, 10]),
         "selection": r.choice(["longest-idle", "least-loaded", "best-fit", "order"]),
         "exclusion": r.choice(["20s", "60s", "5m"]), "offer_timeout": r.choice(["30s", "45s", "90s"]), "rona": r.random() < 0.8}
    if r.random() < 0.7:
        q["skills"] = expression(r)
    if r.random() < 0.5:
        q["widen"] = [{"after": "%ds" % s, "skills": ""} for s in sorted(r.sample(range(10, 400), r.randint(1, 3)))]
        for step in q["widen"][:-1]:
            step["skills"] = r.choice(SKILLS)
    if i + 1 < len(names) and r.random() < 0.5:
        q["overflow_to"] = r.choice(names[i + 1:])
        q.update(r.choice([{"overflow_after": "%ds" % r.randint(30, 300)}, {"overflow_length": r.randint(1, 4)}, {"overflow_nobody": True},
                           {"overflow_after": "2m", "overflow_length": 3}]))
    if r.random() < 0.4:
        q["hours"] = r.choice(["early", "late", "india"])
        q["closed"] = r.choice(["hold", "message", "callback"] + (["overflow"] if i + 1 < len(names) else []))
        if q["closed"] == "overflow":
            q["closed_to"] = r.choice(names[i + 1:])
    if r.random() < 0.08:
        q["push"], q["pull"] = False, True
    elif r.random() < 0.5:
        q["last_agent"] = r.choice(["member", "always"])
        q["last_agent_wait"] = r.choice(["30s", "1m", "3m"])
    if r.random() < 0.1:
        q["auto_answer"] = True
    if r.random() < 0.2:
        q["wrap_up"] = r.choice(["20s", "2m"])
    return q


def capacity(r, name):
    media = []
    for m in r.sample(rules.MEDIA, r.randint(2, 3)):
        rule = {"name": m}
        if r.random() < 0.5:
            rule["max"] = r.randint(0, 4)
        if r.random() < 0.5 or "max" not in rule:
            rule["takes"] = r.choice([20, 34, 50, 100])
            if r.random() < 0.5:
                rule["needs"] = r.choice([20, 50, 100])
        if r.random() < 0.8:
            rule["unless"] = r.choice(["voice", "email", "chat>=2 & email", "voice | chat>2", "chat=1", "chat=1 & voice=1"])
        media.append(rule)
    return {"name": name, "media": media}


def agent(r, name, names):
    a = {"name": name, "skills": {s: r.randint(1, 5) for s in r.sample(SKILLS, r.randint(1, 4))}}
    if r.random() < 0.3:
        a["queues"] = r.sample(names, r.randint(1, len(names)))
    kind = r.random()
    if kind < 0.35:
        a["capacity"] = {m: r.randint(1, 3) for m in r.sample(rules.MEDIA, r.randint(1, 3))}
    elif kind < 0.92:
        a["capacity_rule"] = r.choice(["one", "two"])
    return a


def make_site(r, agents):
    names = ["q%d" % i for i in range(1, r.randint(2, 5) + 1)]
    week = {d: "09:00-12:00, 12:05-17:00" for d in rules.DAYS}
    return {"queues": [queue(r, i, names) for i in range(len(names))], "capacities": [capacity(r, "one"), capacity(r, "two")],
            "agents": [agent(r, "a%02d" % i, names) for i in r.sample(range(100), agents)],
            "hours": [{"name": "early", "zone": "UTC", **{d: "07:00-08:15" for d in rules.DAYS}}, {"name": "late", "zone": "Europe/Paris", **week},
                      {"name": "india", "zone": "Asia/Kolkata", **{d: "22:00-13:40" for d in rules.DAYS}}]}


class Desk:
    """The commands, a clock, and what they have told so far."""
    def __init__(self, seed, agents):
        self.r = random.Random(seed)
        self.dir = tempfile.mkdtemp(prefix="why-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        self.now, self.after = START, "0"
        self.ledger, self.idle, self.pending = {}, {}, set()
        self.log = []
        home = os.path.join(self.dir, "home")
        os.makedirs(os.path.join(home, ".config/ixn"))
        with open(os.path.join(home, ".config/ixn/config"), "w") as f:
            f.write("session_ttl = 1000d\n")
        self.env = {"PATH": os.environ["PATH"], "HOME": home, "LC_ALL": "C.UTF-8", "TZ": "UTC", "IXN_STORE": "file:" + os.path.join(self.dir, "store.db"),
                    "IXN_CLOCK": os.path.join(self.dir, "clock")}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        self.at(START)
        self.site = self.load(agents)
        self.queues = {q["name"]: rules.Queue(self.site, q) for q in self.site["queues"]}

    def load(self, agents):
        """A site that is not refused: those made at random may contradict themselves."""
        for _ in range(1000):
            site = make_site(self.r, agents)
            with open(os.path.join(self.dir, "site.json"), "w") as f:
                json.dump(site, f)
            done = subprocess.run(["ixn-setup", "--test", "--load", f.name], env=self.env, capture_output=True, text=True)
            if done.returncode != 65:
                expect(done.returncode, 0, "ixn-setup", done.stderr)
                return site
        raise Differs("no site is loaded")

    def at(self, now):
        self.now = now
        with open(self.env["IXN_CLOCK"] + ".new", "w") as f:
            f.write(rules.stamp(now))
        os.replace(self.env["IXN_CLOCK"] + ".new", self.env["IXN_CLOCK"])

    def run(self, *command, text=None, agent=None):
        env = dict(self.env, IXN_AGENT=agent) if agent else self.env
        self.log.append("%s %s%s%s" % (rules.stamp(self.now), "IXN_AGENT=%s " % agent if agent else "", " ".join(command), " <<< " + text if text else ""))
        done = subprocess.run(command, env=env, input=text, capture_output=True, text=True)
        if done.returncode:
            raise Differs("%s: %d %s" % (" ".join(command), done.returncode, done.stderr))
        return done.stdout

    def json(self, *command, **more):
        return [json.loads(line) for line in self.run(*command, "--json", **more).splitlines()]

    def keep(self, folder, log):
        with open(os.path.join(self.dir, "log"), "w") as f:
            f.write(log)
        shutil.copytree(self.dir, os.path.join(folder, os.path.basename(self.dir)))

    def close(self):
        shutil.rmtree(self.dir)

    # Looking.

    def look(self):
        """The world as the commands print it; what is due has been settled. Also the offers made since the last look."""
        events = [e for e in self.json("ixn-watch", "--after", self.after, "--timeout", "1ms") if "event" in e]
        if events:
            self.after = events[-1]["seq"]
        items = {i["id"]: i for i in self.json("ixn-list", "--all", "--limit", "10000")}
        world = rules.World(self.site, self.queues, self.now)
        for e in events:
            self.learn(world, items, e)
        for a in self.json("agent-list"):
            if a["state"] != "logged-out":
                world.media[a["agent"]] = self.presence(a)
        world.idle = dict(self.idle)
        for i in items.values():
            world.items[i["id"]] = self.item(i)
        for known in self.ledger.values():
            if known["served"]:
                contact = items[known["id"]].get("contact")
                world.served[contact] = max(world.served.get(contact, ("", "")), (known["id"], max(known["served"])[1]))
        return world, [(e["ixn"], e["agent"]) for e in events if e["event"] == "offer.created"]

    def presence(self, a):
        media = {}
        for part in a["media"].split(","):
            medium, state = part.split(":", 1)
            state, _, reason = state.rstrip(")").partition("(")
            media[medium] = {"state": state, "reason": reason or None}
        if "until" in a or a["agent"] in self.pending:
            for p in self.json("agent-state", agent=a["agent"]):
                media[p["medium"]].update({k: p.get(k) for k in ("until", "pending", "follows")})
        return media

    def item(self, i):
        known = self.ledger[i["id"]]
        return rules.Item(id=i["id"], medium=i["medium"], state=i["state"], queue=i.get("queue"), agent=i.get("agent"), skills=i.get("skills", ""),
                          priority=i["priority"], queued=rules.millis(i["queued"]), entered=known["entered"], reserved=known["reserved"],
                          excluded=dict(known["excluded"]), contact=i.get("contact"), answered="answered" in i, online=i["online"],
                          expires=rules.millis(i["expires"]) if "expires" in i else None, offer=i.get("offer"), number=known["number"])

    def leave(self, known, medium, at):
        if known["holder"]:
            self.idle[known["holder"], medium] = at
        known["holder"] = None

    def learn(self, world, items, e):
        """What an event says of what no command shows: since when, and for whom."""
        name, at, ref, who = e["event"], rules.millis(e["at"]), e.get("ref", ""), e.get("agent")
        if name == "agent.state" and e.get("reason") == "login":
            self.idle[who, ref] = at
            self.pending.discard(who)
        elif name == "agent.pending":
            self.pending.add(who)
        if "ixn" not in e:
            return
        known = self.ledger.setdefault(e["ixn"], {"id": e["ixn"], "number": len(self.ledger), "entered": at, "reserved": None, "excluded": {}, "holder": None, "served": [],
                                                  "queue": items[e["ixn"]].get("origin")})
        medium = items[e["ixn"]]["medium"]
        if name == "ixn.overflowed":
            known.update(queue=ref[6:], entered=at, reserved=None)
        elif name == "ixn.transferred":
            self.leave(known, medium, at)
            known.update(entered=at, reserved=("transfer", ref[6:]) if ref.startswith("agent:") else None)
            if known["reserved"]:
                known["excluded"].pop(ref[6:], None)
            else:
                known["queue"] = ref[6:]
        elif name == "ixn.reserved":
            known["reserved"] = ("last-agent", who)
        elif name == "ixn.released" or name == "offer.withdrawn":
            known["reserved"] = None
        elif name in ("offer.accepted", "ixn.taken"):
            known.update(holder=who, reserved=None)
            known["served"].append((at, who))
        elif name in ("offer.rejected", "offer.expired"):
            known["excluded"][who] = at + world.queues[known["queue"]].exclusion
            known["reserved"] = None
        elif name == "ixn.done":
            self.leave(known, medium, at)

    # What --why tells.

    def why(self, ids):
        told = {i: [] for i in ids}
        for record in self.json("ixn-show", *ids, "--why") if ids else []:
            told[record["ixn"]].append(record)
        return told


def settled(told):
    """What must not change when deadlines are settled; the ids of offers are not given before."""
    return {i: [{k: v for k, v in record.items() if k != "offer"} for record in records if record["why"] != "unsettled"] for i, records in told.items()}
