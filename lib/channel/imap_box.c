/* The mailboxes of imap.h: opening, making, and what changes in them. */
#include "channel/imap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libetpan/uidplus_types.h>

#include "base/buf.h"
#include "base/err.h"
#include "channel/imap_priv.h"

/* Selecting */

static bool
takes_keywords(const struct mailimap_selection_info *info)
{
	for (clistiter *i = info->sel_perm_flags ? clist_begin(info->sel_perm_flags) : NULL; i; i = clist_next(i)) {
		const struct mailimap_flag_perm *flag = clist_content(i);

		if (flag->fl_type == MAILIMAP_FLAG_PERM_ALL)
			return true;
	}
	return false;
}

static void
forget_box(struct imap *s, bool again)
{
	if (s->session->imap_selection_info)
		mailimap_selection_info_free(s->session->imap_selection_info);
	s->session->imap_selection_info = again ? mailimap_selection_info_new() : NULL;
	if (again && !s->session->imap_selection_info)
		abort();
	s->selected = false;
}

int
imap_select(struct imap *s, const char *mailbox, bool examine, struct imap_box *box_r, struct err *err)
{
	const struct mailimap_selection_info *info;
	struct buf line = BUF_INIT;
	enum imap_said said;

	*box_r = (struct imap_box){ 0 };
	if (imap_check(s, err) < 0)
		return -1;
	buf_str(&line, examine ? "EXAMINE " : "SELECT ");
	if (imap_quote_mailbox(s, &line, mailbox, err) < 0) {
		buf_release(&line);
		return -1;
	}
	forget_box(s, true);
	said = imap_talk(s, buf_get(&line));
	buf_release(&line);
	if (said != IMAP_OK) {
		forget_box(s, false);
		return imap_refused(s, said, mailbox, err);
	}
	info = s->session->imap_selection_info;
	if (!info->sel_uidvalidity)
		return err_set(err, E_IMAP_REFUSED, "peer", stream_peer(s->stream), "reason", "it gives no UIDVALIDITY", NULL);
	s->selected = true;
	s->guard.exists = false;
	*box_r = (struct imap_box){ info->sel_uidvalidity, info->sel_uidnext, info->sel_exists, takes_keywords(info),
				    examine || info->sel_perm == MAILIMAP_MAILBOX_READONLY };
	return 0;
}

int
imap_create(struct imap *s, const char *mailbox, struct err *err)
{
	struct buf line = BUF_INIT;
	enum imap_said said;

	if (imap_check(s, err) < 0)
		return -1;
	buf_str(&line, "CREATE ");
	if (imap_quote_mailbox(s, &line, mailbox, err) < 0) {
		buf_release(&line);
		return -1;
	}
	said = imap_talk(s, buf_get(&line));
	buf_release(&line);
	return said == IMAP_OK ? 0 : imap_refused(s, said, NULL, err);
}

/* Changing */

/* Words between blanks, of characters that a flag may have: nothing that could end the command. */
static int
check_flags(const char *flags, struct err *err)
{
	for (const char *at = flags; *at; at++)
		if (*at < ' ' || *at > '~' || strchr("(){%*\"]", *at))
			return err_set(err, E_BAD_VALUE, "name", "flags", "value", flags, "expected", "flags such as \\Seen $Fetched", NULL);
	return 0;
}

/* A mailbox that is missing is a NO with such a code. */
static int
refused_to(const struct imap *s, enum imap_said said, const char *to, struct err *err)
{
	const struct mailimap_response_info *info = s->session->imap_response_info;
	bool missing = said == IMAP_NO && to && (info->rsp_trycreate || imap_code_is(s, "NONEXISTENT"));

	return imap_refused(s, said, missing ? to : NULL, err);
}

/* "UID VERB set REST", as often as it takes. Of mails that are gone nothing is said. */
static int
change(struct imap *s, const char *verb, const uint32_t *uids, size_t n, const char *rest, const char *to, struct err *err)
{
	struct buf line = BUF_INIT;
	enum imap_said said = IMAP_OK;

	if (imap_check(s, err) < 0)
		return -1;
	while (n && said == IMAP_OK) {
		size_t done;

		buf_reset(&line);
		buf_printf(&line, "UID %s ", verb);
		done = imap_set(&line, uids, n, sizeof(*uids));
		buf_str(&line, rest);
		said = imap_talk(s, buf_get(&line));
		uids += done;
		n -= done;
	}
	buf_release(&line);
	return said == IMAP_OK ? 0 : refused_to(s, said, to, err);
}

int
imap_store_flags(struct imap *s, const uint32_t *uids, size_t n, const char *flags, struct err *err)
{
	struct buf rest = BUF_INIT;
	int rc;

	if (check_flags(flags, err) < 0)
		return -1;
	buf_printf(&rest, " +FLAGS.SILENT (%s)", flags);
	rc = change(s, "STORE", uids, n, buf_get(&rest), NULL, err);
	buf_release(&rest);
	return rc;
}

int
imap_move(struct imap *s, const uint32_t *uids, size_t n, const char *to, struct err *err)
{
	struct buf rest = BUF_INIT;
	int rc;

	if (imap_check(s, err) < 0)
		return -1;
	if (!imap_can(s, "MOVE") && !imap_can(s, "UIDPLUS"))
		return err_set(err, E_IMAP_REFUSED, "peer", stream_peer(s->stream), "reason", "it offers neither MOVE nor UIDPLUS", NULL);
	buf_char(&rest, ' ');
	rc = imap_quote_mailbox(s, &rest, to, err);
	if (rc == 0 && imap_can(s, "MOVE")) {
		rc = change(s, "MOVE", uids, n, buf_get(&rest), to, err);
	} else if (rc == 0) {
		rc = change(s, "COPY", uids, n, buf_get(&rest), to, err);
		if (rc == 0)
			rc = imap_store_flags(s, uids, n, "\\Deleted", err);
		if (rc == 0)
			rc = change(s, "EXPUNGE", uids, n, "", NULL, err);
	}
	buf_release(&rest);
	return rc;
}

/* Appending */

/* What APPENDUID says; 0: nothing. */
static uint32_t
appended_uid(const struct imap *s)
{
	const struct mailimap_response_info *info = s->session->imap_response_info;
	clist *list = info ? info->rsp_extension_list : NULL;

	for (clistiter *i = list ? clist_begin(list) : NULL; i; i = clist_next(i)) {
		const struct mailimap_extension_data *data = clist_content(i);
		const struct mailimap_uidplus_resp_code_apnd *code = data->ext_data;
		const struct mailimap_set_item *item;

		if (data->ext_extension->ext_id != MAILIMAP_EXTENSION_UIDPLUS || data->ext_type != MAILIMAP_UIDPLUS_RESP_CODE_APND)
			continue;
		if (!code->uid_set || !clist_begin(code->uid_set->set_list))
			continue;
		item = clist_content(clist_begin(code->uid_set->set_list));
		return item->set_first;
	}
	return 0;
}

static int
send_literal(struct imap *s, const char *bytes, size_t size)
{
	mailstream *ms = s->session->imap_stream;

	stream_begin(s->stream, s->timeouts.command * (int64_t)(1 + size / BLOCK_SIZE), ANSWER_MAX);
	if (mailstream_write(ms, bytes, size) == -1 || mailstream_write(ms, "\r\n", 2) == -1 || mailstream_flush(ms) == -1)
		return imap_break_by_stream(s);
	return 0;
}

static enum imap_said
say_append(struct imap *s, const char *line, bool waits, const char *bytes, size_t size)
{
	int tag = imap_say(s, line);
	enum imap_said said = tag < 0 ? IMAP_BROKEN : IMAP_OK;

	if (said == IMAP_OK && waits)
		said = imap_wait_continue(s, tag);
	if (said != IMAP_OK)
		return said;
	return send_literal(s, bytes, size) < 0 ? IMAP_BROKEN : imap_answer(s, tag);
}

int
imap_append(struct imap *s, const char *mailbox, const char *bytes, size_t size, const char *flags, uint32_t *uid_r, struct err *err)
{
	bool waits = !imap_can(s, "LITERAL+") && !(imap_can(s, "LITERAL-") && size <= 4096);
	struct buf line = BUF_INIT;
	enum imap_said said;

	if (uid_r)
		*uid_r = 0;
	if (imap_check(s, err) < 0 || (flags && check_flags(flags, err) < 0))
		return -1;
	buf_str(&line, "APPEND ");
	if (imap_quote_mailbox(s, &line, mailbox, err) < 0) {
		buf_release(&line);
		return -1;
	}
	if (flags)
		buf_printf(&line, " (%s)", flags);
	buf_printf(&line, " {%zu%s}", size, waits ? "" : "+");
	said = say_append(s, buf_get(&line), waits, bytes, size);
	buf_release(&line);
	if (said != IMAP_OK)
		return refused_to(s, said, mailbox, err);
	if (uid_r)
		*uid_r = appended_uid(s);
	return 0;
}
