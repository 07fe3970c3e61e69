#include "channel/imap.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "channel/imap_priv.h"
#include "wire/etpan.h"
#include "wire/mime_encode.h"

/* From the greeting to the login. */

/* Capabilities */

static const struct mailimap_capability_data *
capabilities(const struct imap *s)
{
	const struct mailimap_connection_info *info = s->session->imap_connection_info;

	return info ? info->imap_capability : NULL;
}

bool
imap_can(const struct imap *s, const char *capability)
{
	const struct mailimap_capability_data *data = capabilities(s);
	bool auth = strncasecmp(capability, "AUTH=", 5) == 0;

	for (clistiter *i = data ? clist_begin(data->cap_list) : NULL; i; i = clist_next(i)) {
		const struct mailimap_capability *c = clist_content(i);

		if (auth == (c->cap_type == MAILIMAP_CAPABILITY_AUTH_TYPE) &&
		    strcasecmp(auth ? c->cap_data.cap_auth_type : c->cap_data.cap_name, capability + (auth ? 5 : 0)) == 0)
			return true;
	}
	return false;
}

static void
forget_capabilities(struct imap *s)
{
	struct mailimap_connection_info *info = s->session->imap_connection_info;

	if (info->imap_capability)
		mailimap_capability_data_free(info->imap_capability);
	info->imap_capability = NULL;
}

static void
ask_capabilities(struct imap *s)
{
	if (!s->broken && imap_talk(s, "CAPABILITY") == IMAP_NO)
		imap_break(s, E_PROTOCOL, imap_reason(s));
}

void
imap_greet(struct imap *s)
{
	const char *line;

	stream_begin(s->stream, s->timeouts.greeting, IMAP_GUARD_LINE);
	line = mailimap_read_line(s->session);
	if (!line) {
		imap_break_by_stream(s);
		return;
	}
	if (strncasecmp(line, "* BYE", 5) == 0) {
		line += 5 + strspn(line + 5, " ");
		imap_break(s, strncasecmp(line, "[UNAVAILABLE]", 13) == 0 ? E_IMAP_LATER : E_UNREACHABLE, line);
		return;
	}
	s->preauth = strncasecmp(line, "* PREAUTH", 9) == 0;
	if (!s->preauth && strncasecmp(line, "* OK", 4) != 0)
		imap_break(s, E_PROTOCOL, "no greeting of IMAP");
	s->greeted = !s->broken;
	ask_capabilities(s);
}

void
imap_start_tls(struct imap *s)
{
	if (s->broken)
		return;
	/* In clear it may be anybody who says that we are logged in. */
	if (s->preauth)
		imap_break(s, E_TLS_MISSING, "it wants no STARTTLS: logged in already");
	else if (!imap_can(s, "STARTTLS"))
		imap_break(s, E_TLS_MISSING, "it offers no STARTTLS");
	else if (imap_talk(s, "STARTTLS") == IMAP_NO)
		imap_break(s, E_TLS_MISSING, imap_reason(s));
	if (s->broken)
		return;
	if (stream_starttls(s->stream, etpan_buffered(s->session->imap_stream), s->timeouts.connect, NULL) < 0)
		imap_break_by_stream(s);
	/* What was offered in clear does not count. */
	forget_capabilities(s);
	ask_capabilities(s);
}

static void
wipe(struct imap *s, struct buf *secret)
{
	mailstream *ms = s->session->imap_stream;

	mem_wipe(secret->p, secret->cap);
	mem_wipe(ms->write_buffer, ms->buffer_max_size);
	buf_release(secret);
}

static enum imap_said
authenticate(struct imap *s, const char *mechanism, const struct buf *data)
{
	struct buf line = BUF_INIT, text = BUF_INIT;
	enum imap_said said;
	int tag;

	buf_printf(&line, "AUTHENTICATE %s", mechanism);
	mime_base64(&text, data->p, data->n);
	if (imap_can(s, "SASL-IR")) {
		buf_char(&line, ' ');
		buf_add(&line, text.p, text.n);
	}
	tag = imap_say(s, buf_get(&line));
	said = tag < 0 ? IMAP_BROKEN : IMAP_OK;
	if (said == IMAP_OK && !imap_can(s, "SASL-IR")) {
		said = imap_wait_continue(s, tag);
		if (said == IMAP_OK && imap_send_line(s, buf_get(&text)) < 0)
			said = IMAP_BROKEN;
	}
	wipe(s, &text);
	wipe(s, &line);
	if (said != IMAP_OK || !imap_line(s))
		return said == IMAP_NO ? IMAP_NO : IMAP_BROKEN;
	/* XOAUTH2 says in JSON what it dislikes, and wants an empty line before it says NO. */
	if (*s->session->imap_stream_buffer->str == '+')
		return imap_send_line(s, "") < 0 ? IMAP_BROKEN : imap_answer(s, tag);
	return imap_parse_answer(s, tag);
}

static enum imap_said
log_in_plain(struct imap *s, const struct imap_account *account)
{
	struct buf data = BUF_INIT;
	enum imap_said said;

	buf_char(&data, '\0');
	buf_str(&data, account->user);
	buf_char(&data, '\0');
	buf_str(&data, account->password);
	said = authenticate(s, "PLAIN", &data);
	wipe(s, &data);
	return said;
}

static enum imap_said
log_in_xoauth2(struct imap *s, const struct imap_account *account)
{
	struct buf data = BUF_INIT;
	enum imap_said said;

	buf_printf(&data, "user=%s\001auth=Bearer %s\001\001", account->user, account->password);
	said = authenticate(s, "XOAUTH2", &data);
	wipe(s, &data);
	return said;
}

static enum imap_said
log_in_login(struct imap *s, const struct imap_account *account)
{
	struct buf line = BUF_INIT;
	enum imap_said said;
	bool good;

	buf_str(&line, "LOGIN ");
	good = imap_quote(&line, account->user);
	buf_char(&line, ' ');
	good = imap_quote(&line, account->password) && good;
	if (!good)
		imap_break(s, E_LOGIN_REFUSED, "LOGIN takes ASCII only, and it offers no AUTH=PLAIN");
	said = imap_talk(s, buf_get(&line));
	wipe(s, &line);
	return said;
}

void
imap_log_in(struct imap *s, const struct imap_account *account)
{
	static enum imap_said (*const ways[])(struct imap *, const struct imap_account *) = {
		[IMAP_AUTH_LOGIN] = log_in_login,
		[IMAP_AUTH_PLAIN] = log_in_plain,
		[IMAP_AUTH_XOAUTH2] = log_in_xoauth2,
	};
	const void *offered = capabilities(s);
	enum imap_auth auth = account->auth;

	if (s->broken || s->preauth || !account->user)
		return;
	if (auth == IMAP_AUTH_AUTO)
		auth = imap_can(s, "AUTH=PLAIN") || imap_can(s, "LOGINDISABLED") ? IMAP_AUTH_PLAIN : IMAP_AUTH_LOGIN;
	if (!account->password)
		imap_break(s, E_LOGIN_REFUSED, "there is no password");
	else if (!stream_takes_secrets(s->stream))
		imap_break(s, E_TLS_MISSING, "a password does not go out in clear");
	else if (auth == IMAP_AUTH_PLAIN && !imap_can(s, "AUTH=PLAIN"))
		imap_break(s, E_LOGIN_REFUSED, "it offers no AUTH=PLAIN");
	else if (auth == IMAP_AUTH_XOAUTH2 && !imap_can(s, "AUTH=XOAUTH2"))
		imap_break(s, E_LOGIN_REFUSED, "it offers no AUTH=XOAUTH2");
	else if (auth == IMAP_AUTH_LOGIN && imap_can(s, "LOGINDISABLED"))
		imap_break(s, E_LOGIN_REFUSED, "it takes no LOGIN");
	if (s->broken)
		return;
	if (ways[auth](s, account) == IMAP_NO)
		imap_break(s, imap_is_later(s) ? E_IMAP_LATER : E_LOGIN_REFUSED, imap_reason(s));
	/* Many say at once what they can do now; a list that is not new is from before. */
	if (capabilities(s) == offered) {
		forget_capabilities(s);
		ask_capabilities(s);
	}
}
