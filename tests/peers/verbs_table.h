/*
 * verbs_table.h - what agents, leads, contacts and jobs of verbs.c do.
 */
#ifndef TESTS_VERBS_TABLE_H
#define TESTS_VERBS_TABLE_H

#include <stddef.h>

#define PARTS_MAX 8

/*
 * A verb: how often, by whom, and its input. %i is an interaction, %a an agent,
 * %q a queue, %w a workbin, %e a medium, %f an address, %t a target, %c a contact, %m a
 * mode, %u what to do about who is away; a part behind '?' is given half the time. Of
 * mails: %I one that came, %d a draft, %r one in review, %o one in the outbox, %x a text
 * as nobody else has it. AUTHOR: who wrote what is in review; EXAMINER: to whom only
 * reviews are offered.
 */
static const struct verb {
	int weight;
	enum { AGENT,
	       OWNER,
	       AUTHOR,
	       EXAMINER } who;
	const char *op, *parts[PARTS_MAX];
} verbs[] = {
	{ 14, OWNER, "ixn.create", { "media=%e", "from=%f", "queue=%q", "?text=hello", "?skill=s>=2" } },
	{ 3, OWNER, "ixn.create", { "media=chat", "from=%f", "to=agent:%a" } },
	{ 24, AGENT, "ixn.accept", { "?id=%i" } },
	{ 4, AGENT, "ixn.reject", { "?id=%i" } },
	{ 6, AGENT, "ixn.transfer", { "id=%i", "to=%t", "?if_unavailable=%u" } },
	{ 3, AGENT, "ixn.transfer", { "id=%i", "complete=true" } },
	{ 7, AGENT, "ixn.consult", { "id=%i", "to=agent:%a" } },
	{ 3, AGENT, "ixn.consult", { "id=%i", "end=true" } },
	{ 5, AGENT, "ixn.conference", { "id=%i", "to=agent:%a" } },
	{ 2, AGENT, "ixn.conference", { "id=%i", "complete=true" } },
	{ 2, AGENT, "ixn.conference", { "id=%i", "remove=agent:%a" } },
	{ 2, AGENT, "ixn.conference", { "id=%i", "end=true" } },
	{ 8, AGENT, "chat.send", { "id=%i", "text=x", "?visible=agents" } },
	{ 5, OWNER, "chat.send", { "id=%i", "text=x", "as_contact=true" } },
	{ 8, AGENT, "chat.end", { "id=%i" } },
	{ 3, OWNER, "chat.end", { "id=%i", "as_contact=true" } },
	{ 2, AGENT, "chat.start", { "to=agent:%a" } },
	{ 12, AGENT, "ixn.done", { "id=%i", "stop=true", "disposition=ok" } },
	{ 4, AGENT, "ixn.done", { "id=%i", "queue=%q", "?disposition=ok" } },
	{ 3, AGENT, "ixn.disposition", { "id=%i", "set=ok" } },
	{ 5, AGENT, "ixn.place", { "id=%i", "in=workbin:%w" } },
	{ 2, AGENT, "ixn.place", { "id=%i", "in=queue:%q" } },
	{ 7, AGENT, "ixn.take", { "id=%i", "?from=%a" } },
	{ 6, AGENT, "agent.state", { "state=ready", "?media=chat" } },
	{ 2, AGENT, "agent.state", { "state=not-ready", "?after_current=true", "?for=30s" } },
	{ 1, AGENT, "agent.state", { "state=after-work", "?for=10s" } },
	{ 1, AGENT, "agent.state", { "state=ready", "of=%a" } },
	{ 1, AGENT, "session.logout", { "?requeue=true" } },
	{ 4, AGENT, "team.monitor", { "agent=%a", "mode=%m", "?next=true" } },
	{ 4, AGENT, "team.monitor", { "id=%i", "mode=%m" } },
	{ 6, AGENT, "team.monitor", { "agent=a1", "mode=%m" } },
	{ 1, AGENT, "transcript.send", { "id=%i" } },
	{ 2, AGENT, "ixn.note", { "id=%i", "text=note" } },
	{ 1, AGENT, "ixn.assign", { "id=%i", "contact=%c" } },
	{ 1, OWNER, "contact.merge", { "id=%c", "into=%c" } },
	{ 1, OWNER, "contact.unmerge", { "id=%c" } },
	{ 8, AGENT, "ixn.disposition", { "id=%I", "set=ok" } },
	{ 9, AGENT, "email.reply", { "id=%I", "?text=%x", "?all=true", "?send=true" } },
	{ 2, AGENT, "email.reply", { "id=%I", "text=%x", "send=true", "interim=true" } },
	{ 4, AGENT, "email.forward", { "id=%I", "to=%f", "?text=%x", "?send=true" } },
	{ 3, AGENT, "email.compose", { "to=%f", "?cc=%f", "?bcc=%f", "subject=x", "text=%x", "?send=true" } },
	{ 1, AGENT, "email.compose", { "ixn=%i", "subject=x", "text=%x" } },
	{ 6, AGENT, "email.edit", { "id=%d", "text=%x" } },
	{ 2, AGENT, "email.edit", { "id=%d", "add_to=%f", "?add_cc=%f", "?subject=y" } },
	{ 3, AGENT, "email.save", { "id=%d", "?in=workbin:%w" } },
	{ 1, AGENT, "email.save", { "id=%d", "of=%a", "?note=x" } },
	{ 12, AGENT, "email.send", { "id=%d" } },
	{ 2, AGENT, "email.send", { "id=%d", "interim=true" } },
	{ 2, AGENT, "email.discard", { "id=%d" } },
	{ 5, AGENT, "ixn.take", { "id=%d" } },
	{ 2, AGENT, "ixn.place", { "id=%d", "in=workbin:%w" } },
	{ 2, AGENT, "ixn.done", { "id=%I", "stop=true", "disposition=ok" } },
	{ 16, AGENT, "review.approve", { "id=%r" } },
	{ 3, AGENT, "review.reject", { "id=%r", "remark=x" } },
	{ 2, AGENT, "review.edit", { "id=%r", "text=%x" } },
	{ 1, AUTHOR, "review.withdraw", { "id=%r" } },
	{ 1, AGENT, "review.withdraw", { "id=%r" } },
	{ 1, AUTHOR, "review.approve", { "id=%r" } },
	{ 4, EXAMINER, "ixn.accept", { "?id=%r" } },
	{ 1, EXAMINER, "ixn.reject", { "?id=%r" } },
	{ 1, EXAMINER, "review.edit", { "id=%r", "text=%x" } },
	{ 2, EXAMINER, "review.approve", { "id=%r" } },
	{ 1, EXAMINER, "agent.state", { "state=ready" } },
	{ 2, AGENT, "ixn.accept", { "id=%r" } },
	{ 3, AGENT, "ixn.reject", { "id=%r" } },
	{ 2, AGENT, "review.list", { "?mine=true" } },
	{ 1, OWNER, "review.judge", { "id=%r" } },
	{ 2, OWNER, "outbox.retry", { "id=%o" } },
	{ 1, OWNER, "outbox.drop", { "id=%o" } },
	{ 1, AGENT, "outbox.retry", { "id=%o" } },
	{ 8, OWNER, "mail.take", { NULL } },
	{ 10, OWNER, "outbox.step", { NULL } },
};

#endif
