#include "routing/replay.h"

#include <math.h>

#include "base/attr.h"
#include "routing/hours.h"
#include "tests/unit/replay.h"

/* "0 30 60a -": the seconds waited; a: abandoned, t: turned away, -: waits still. */
static const char *
waits(void)
{
	const char *text = "";

	for (size_t i = 0; i < in.n_items; i++) {
		const struct replay_fate *f = &result.fate[i];
		double seconds = (double)f->waited / (double)MS_SECOND;

		if (f->end == REPLAY_WAITING)
			text = arena_printf(arena, "%s%s-", text, i ? " " : "");
		else
			text = arena_printf(arena, "%s%s%g%s", text, i ? " " : "", seconds, f->end == REPLAY_ABANDONED ? "a" : f->end == REPLAY_TURNED_AWAY ? "t"
																			    : "");
	}
	return text;
}

static const char *
takers(void)
{
	const char *text = "";

	for (size_t i = 0; i < in.n_items; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? " " : "", result.fate[i].agent ? result.fate[i].agent : "-");
	return text;
}

static void
test_one_agent(void)
{
	fresh();
	add_agent("bob", "chat", 1, T - MS_HOUR, DAY);
	for (int i = 0; i < 5; i++)
		add_item("q", 60 * i, 90);
	run();
	is_str(waits(), "0 30 60 90 120", "one comes each minute, each takes one and a half");
	is_int(result.time[0].busy, S(450), "... busy all along");
	is_int(result.time[0].here, MS_DAY, "... of a whole day, for what lies before it does not count");
}

static void
test_two_agents(void)
{
	fresh();
	add_agent("bob", "chat", 1, T - S(20), DAY);
	add_agent("ada", "chat", 1, T - S(10), DAY);
	for (int i = 0; i < 4; i++)
		add_item("q", 10 * i, 35);
	run();
	is_str(takers(), "bob ada bob ada", "the longest idle first");
	is_str(waits(), "0 0 15 15", "two come in the time of one: 35 and 45, not 20 and 30");
}

/* 2 points a minute since T, against 30 and one a minute since T+10 min: equal at T+20 min. */
static void
test_overtaking(void)
{
	static const struct {
		int64_t ready;
		const char *want;
	} rows[] = { { -1, "300 0" }, { 0, "300 0" }, { 1, "0 300" } };

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		time_ms at = AT(1200) + rows[i].ready;

		fresh();
		add_queue("fast", NULL)->ageing = 2;
		add_agent("bob", "chat", 1, at, DAY);
		/* Equal is by id. */
		add_item("fast", 0, 300)->id = "z";
		add_item("q", 600, 300)->priority = 30;
		run();
		is_str(arena_printf(arena, "%" PRId64 " %" PRId64, (result.fate[0].waited - (at - T)) / MS_SECOND, (result.fate[1].waited - (at - AT(600))) / MS_SECOND),
		       rows[i].want, "the old one overtakes at the instant");
	}
}

static void
test_skills(void)
{
	fresh();
	add_queue("de", "german")->policy = ROUTING_BEST_FIT;
	add_skill(add_agent("ada", "chat", 1, T - S(2), DAY), "german", 5);
	add_skill(add_agent("bob", "chat", 1, T - S(1), DAY), "german", 1);
	add_item("de", 0, 100);
	add_item("de", 10, 100);
	add_item("de", 20, 100);
	legs[2].skills = "german>=3";
	add_item("q", 30, 100);
	run();
	is_str(takers(), "bob ada ada bob", "the best fit, though idle for less; then who is free");
	is_str(waits(), "0 0 90 70", "the skills asked for beside are waited for; the other agent takes the other queue's");
}

static void
test_queues_served(void)
{
	static const char *const ours[] = { "q" };

	fresh();
	add_queue("other", NULL);
	add_agent("ada", "chat", 1, T - S(2), DAY)->queue = ours;
	agents[0].n_queues = 1;
	add_item("other", 0, 10);
	add_item("q", 5, 10);
	run();
	is_str(waits(), "- 0", "who serves one queue gets nothing of another");
}

static const struct replay_widen steps[] = { { S(60), "french" }, { S(120), "" } };

static void
test_widening(void)
{
	for (int level = 0; level <= 3; level++) {
		fresh();
		queues[0].skills = "french>=3";
		queues[0].widen = steps;
		queues[0].n_widen = 2;
		add_skill(add_agent("bob", "chat", 1, T - S(1), DAY), "french", level);
		add_item("q", 0, 10);
		run();
		is_str(waits(), level == 3 ? "0" : level ? "60"
							 : "120",
		       "a level less is asked for as time goes by");
	}
}

static void
test_overflow(void)
{
	static const char *const other[] = { "other" };

	for (int i = 0; i < 4; i++) {
		fresh();
		add_queue("other", NULL);
		queues[0].overflow_to = "other";
		queues[0].overflow_after = i == 0 ? S(30) : -1;
		queues[0].overflow_length = i == 1 ? 1 : -1;
		queues[0].overflow_nobody = i >= 2;
		add_agent("bob", "chat", 9, T - S(1), DAY)->queue = other;
		agents[0].n_queues = 1;
		/* Logged in for it, though on a break. */
		add_agent("ada", i == 3 ? "chat" : "email", 1, T - S(1), DAY)->n_shifts = 1;
		add_item("q", 0, 10);
		add_item("q", 1, 10);
		run();
		is_str(waits(), i == 0 ? "30 30" : i == 1 ? "- 0"
					   : i == 2       ? "0 0"
							  : "- -",
		       "by wait, by length, where nobody is there, where somebody is");
		ok(result.fate[1].overflowed == (i < 3) && result.fate[0].overflowed == (i == 0 || i == 2), "... and is counted so");
	}
}

static void
test_capacity(void)
{
	fresh();
	add_agent("bob", "chat", 2, T - S(1), DAY);
	add_item("q", 0, 100);
	add_item("q", 10, 100);
	add_item("q", 20, 100);
	run();
	is_str(waits(), "0 0 80", "two at once, the third waits");
	is_int(result.time[0].busy, S(200), "busy with one or two is busy once");
}

/* Chats take a quarter each and need one; a mail needs all: three chats leave room for a chat and no mail. */
static void
test_shares(void)
{
	fresh();
	add_agent("bob", "chat", 1, T - S(1), DAY);
	shifts[0][2] = (struct replay_shift){ "email", true, T - S(1), DAY, T - S(1) };
	agents[0].n_shifts = 3;
	agents[0].capacity = (struct capacity){ 2, { { .medium = "chat", .max = -1, .takes = 25, .needs = 25 }, { .medium = "email", .max = -1, .takes = 25, .needs = 100 } } };
	for (int i = 0; i < 3; i++)
		add_item("q", i, 100);
	add_item("q", 10, 50)->medium = "email";
	add_item("q", 20, 100);
	add_item("q", 30, 100);
	run();
	is_str(waits(), "0 0 0 190 0 70", "the fourth chat fits, the fifth and the mail wait; the mail until all are gone");
}

static void
test_patience(void)
{
	fresh();
	add_agent("bob", "chat", 1, T - S(1), DAY);
	add_item("q", 0, 100);
	add_item("q", 10, 100)->patience = S(50);
	add_item("q", 20, 100)->patience = S(80);
	add_item("q", 30, 100);
	run();
	is_str(waits(), "0 50a 80 170", "one leaves; one is answered in the millisecond when it would leave");
}

static void
test_patience_while_offered(void)
{
	fresh();
	add_agent("bob", "chat", 1, T - S(1), DAY);
	add_item("q", 0, 100)->patience = S(5);
	legs[0].response = S(8);
	add_item("q", 1, 100);
	legs[1].response = S(8);
	run();
	is_str(waits(), "5a 12", "who leaves while it is offered makes room at once; the answer takes its time");
	is_int(result.time[0].busy, S(100), "being asked is not being busy");
}

static void
test_shifts(void)
{
	fresh();
	add_agent("bob", "chat", 1, AT(60), AT(100));
	shifts[0][2] = (struct replay_shift){ "chat", true, AT(300), AT(400), AT(60) };
	shifts[0][3] = (struct replay_shift){ "chat", false, AT(300), AT(400), 0 };
	agents[0].n_shifts = 4;
	add_item("q", 0, 90);
	add_item("q", 10, 10);
	run();
	is_str(waits(), "60 290", "who is away gets nothing new, and finishes what is in hand");
	is_int(result.time[0].here, S(90 + 100), "who works on is here");
}

static void
test_held(void)
{
	fresh();
	add_agent("bob", "chat", 1, T - S(1), DAY);
	add_item("q", -50, 70)->held = "bob";
	add_item("q", -10, 10);
	add_item("q", 5, 10);
	run();
	is_str(waits(), "0 80 75", "what was in hand and what waited when the period began");
	is_str(takers(), "- bob bob", "nobody had to answer what was in hand");
}

static void
test_legs(void)
{
	static const char *const first[] = { "q" }, *const second[] = { "other" };
	static const struct replay_leg two[] = { { .queue = "q", .handling = S(10) }, { .queue = "other", .handling = S(20) } };
	static const struct replay_leg person[] = { { .queue = "q", .handling = S(10) }, { .queue = "q", .agent = "bob", .handling = S(20) } };

	fresh();
	add_queue("other", NULL);
	add_agent("ada", "chat", 1, T - S(1), DAY)->queue = first;
	agents[0].n_queues = 1;
	add_agent("bob", "chat", 1, T - S(1), DAY)->queue = second;
	agents[1].n_queues = 1;
	*add_item("q", 0, 0) = (struct replay_item){ .id = "a", .at = T, .medium = "chat", .patience = INT64_MAX, .leg = two, .n_legs = 2 };
	*add_item("q", 0, 0) = (struct replay_item){ .id = "b", .at = T, .medium = "chat", .patience = INT64_MAX, .leg = person, .n_legs = 2 };
	add_item("other", 12, 5);
	run();
	is_str(waits(), "0 10 38", "handed over with its age: it is before what came later");
	is_int(result.time[1].busy, S(45), "to a queue, and to one agent");
}

static void
test_answering(void)
{
	fresh();
	add_agent("bob", "chat", 1, T - S(1), DAY);
	for (int i = 0; i < 2; i++) {
		add_item("q", 0, 10);
		legs[i].response = S(3);
		legs[i].wrap = S(60);
	}
	run();
	is_str(waits(), "3 76", "an answer takes its time, and so does what comes behind");
	queues[0].auto_answer = true;
	run();
	is_str(waits(), "0 70", "... unless it is accepted at once");
}

static void
test_wrap_up(void)
{
	static const struct {
		int wrap, wrap_up;
		const char *want;
	} rows[] = { { 60, -1, "0 0" }, { 60, 20, "0 15" }, { 12, 20, "0 7" }, { 0, 20, "0 0" } };

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		fresh();
		queues[0].wrap_up = rows[i].wrap_up < 0 ? -1 : S(rows[i].wrap_up);
		add_agent("bob", "chat", 3, T - S(1), DAY);
		add_item("q", 0, 10);
		legs[0].wrap = S(rows[i].wrap);
		add_item("q", 15, 10);
		run();
		is_str(waits(), rows[i].want, "nothing new behind it for so long, or until it is finished");
	}
	is_int(result.time[0].busy, S(20), "... and without any it is done when the contact is gone");
}

static void
test_hours(void)
{
	static const struct hours_spec spec = { .zone = "UTC", .open = { [5] = "10:00-11:00" } }; /* a Saturday */
	static const char *const want[] = { "3600 0 601200", "0 0 0", "0t 0 0t" };
	static const char *const ours[] = { "q" }, *const other[] = { "other" };
	struct err err = { 0 };

	for (int i = 0; i < 3; i++) {
		fresh();
		add_queue("other", NULL);
		queues[0].closed = (enum replay_closed)i;
		queues[0].closed_to = "other";
		ok(hours_parse(arena, &spec, &queues[0].hours, &err) == 0, "hours");
		add_agent("ada", "chat", 9, T - S(1), DAY)->queue = ours;
		add_agent("bob", "chat", 9, T - S(1), DAY)->queue = other;
		agents[0].n_queues = agents[1].n_queues = 1;
		add_item("q", 0, 10);
		add_item("q", 4000, 10);
		add_item("q", 7200, 10);
		in.until = DAY + 7 * MS_DAY;
		shifts[0][0].until = shifts[0][1].until = shifts[1][0].until = shifts[1][1].until = in.until;
		run();
		is_str(waits(), want[i], "closed: waits, goes on, is turned away");
	}
}

static void
test_last_agent(void)
{
	static const char *const ours[] = { "q" };
	static const struct replay_contact before[] = { { "ann", "bob", NULL } };
	static const struct {
		enum replay_last last;
		bool member;
		int busy;
		const char *want, *takers;
	} rows[] = {
		{ REPLAY_LAST_OFF, true, 0, "0", "ada" },
		{ REPLAY_LAST_MEMBER, true, 0, "0", "bob" },
		{ REPLAY_LAST_MEMBER, false, 0, "0", "ada" },
		{ REPLAY_LAST_ALWAYS, false, 0, "0", "bob" },
		{ REPLAY_LAST_MEMBER, true, 20, "10", "bob" },
		{ REPLAY_LAST_MEMBER, true, 200, "30", "ada" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		fresh();
		in.contact = before;
		in.n_contacts = 1;
		queues[0].last = rows[i].last;
		queues[0].last_wait = S(30);
		add_agent("ada", "chat", 9, T - S(9), DAY);
		add_agent("bob", "chat", 1, T - S(1), DAY)->queue = ours;
		agents[1].n_queues = rows[i].member;
		add_item("q", 10, 5)->contact = "ann";
		if (rows[i].busy)
			add_item("q", 0, rows[i].busy)->held = "bob";
		run();
		in.n_items = 1;
		is_str(waits(), rows[i].want, "the agent who served the contact last is waited for, a while");
		is_str(takers(), rows[i].takers, "... and takes it, or another");
	}
}

static void
test_figures(void)
{
	struct replay_figures *f;
	struct err err = { 0 };
	size_t n;

	fresh();
	add_queue("empty", NULL);
	add_agent("bob", "chat", 1, T, AT(1000));
	for (int i = 0; i < 10; i++)
		add_item("q", 0, 30);
	add_item("gone", 500, 30)->patience = S(10);
	add_item("q", -10, 30);
	add_item("q", (int)(MS_DAY / MS_SECOND), 30);
	items[11].held = "bob";
	/* It takes no time. */
	add_item("empty", -5, 0);
	run();
	ok(replay_figures(&in, &result, S(60), arena, &f, &n, &err) == 0 && n == 4, "the queues, one that the rules do not have, the total");
	ok(strcmp(f[0].queue, "empty") == 0 && strcmp(f[1].queue, "gone") == 0 && strcmp(f[2].queue, "q") == 0 && !f[3].queue, "... by name");
	is_int(f[2].arrivals, 10, "what was in hand and what comes too late is not counted");
	is_int(f[2].answered, 10, "answered");
	is_int(f[2].median, S(150), "the fifth of ten is the median");
	is_int(f[2].p90, S(270), "the ninth is the 90th percentile");
	is_int(f[2].mean, S(165), "the mean");
	is_int(f[2].max, S(300), "the longest");
	ok(f[2].within == 0.2, "two of ten within a minute");
	ok(f[2].occupancy == 0.36, "360 s of 1,000 were busy");
	ok(f[0].arrivals == 0 && f[0].median == -1 && isnan(f[0].within), "nothing arrived");
	ok(f[1].abandoned == 0 && f[1].answered == 1 && f[3].arrivals == 11, "a queue without rules takes anybody");
}

int
main(void)
{
	arena = arena_new();
	test_one_agent();
	test_two_agents();
	test_overtaking();
	test_skills();
	test_queues_served();
	test_widening();
	test_overflow();
	test_capacity();
	test_shares();
	test_patience();
	test_patience_while_offered();
	test_shifts();
	test_held();
	test_legs();
	test_answering();
	test_wrap_up();
	test_hours();
	test_last_agent();
	test_figures();
	arena_free(&arena);
	return done();
}
