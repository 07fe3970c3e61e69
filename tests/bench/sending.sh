# shellcheck shell=sh disable=SC2154
# sending.sh - mails into a Postfix of its own, beside a client that keeps nothing, and msmtp.

sent_by_us() {
	rm -rf "$tmp/sending" && cp -R "$tmp/queued" "$tmp/sending"
	IXN_STORE="file:$tmp/sending/store" outbox-send --quiet --json >"$tmp/sent"
	grep -c '"state":"sent"' "$tmp/sent"
}
took() {
	_from=$(date +%s.%N)
	"$@" >"$tmp/seconds.out" || { echo "bench: $* failed" >&2 && exit 1; }
	awk -v a="$_from" -v b="$(date +%s.%N)" 'BEGIN { printf "%.4f\n", b - a }'
}
by_msmtp() {
	_i=0
	while [ "$_i" -lt "$1" ]; do
		_i=$((_i + 1))
		msmtp --host=127.0.0.1 --port="$SMTP_PORT" --from=support@example.org zoe@example.org <"$tmp/mail.eml" || return
	done
}
# Mails of an agent to a contact, SENDING (1000) of them, each for itself in the outbox.
queue_mails() {
	mkdir "$tmp/queued"
	printf '%s\n' '[mail]' 'from = support@example.org' '[smtp]' 'host = 127.0.0.1' "port = $SMTP_PORT" 'tls = none' >"$tmp/ixn/config"
	export IXN_STORE="file:$tmp/queued/store"
	echo '{"agents":[{"name":"alice","capacity":{"chat":1}}],"queues":[{"name":"billing"}]}' |
		ixn-setup --load - >"$tmp/out" && agent-login alice --ready >"$tmp/out"
	_ixn=$(ixn-create --from zoe@example.org --text "$(seq -s ' ' 300)" | cut -f 1)
	{ ixn-accept "$_ixn" && chat-send "$_ixn" --text 'Here it is.' && chat-end "$_ixn"; } >"$tmp/out"
	_i=0
	while [ "$_i" -lt "$1" ]; do
		_i=$((_i + 1))
		transcript-send "$_ixn" >"$tmp/out"
	done
}

bench_sending() {
	n=${SENDING:-1000}
	command -v msmtp >/dev/null || { echo "bench: no msmtp; 'scripts/packages bench' installs it" >&2 && exit 69; }
	# shellcheck source=tests/bench/servers.sh
	. "$top/tests/bench/servers.sh"
	postfix_find
	mkdir -p "$tmp/ixn" "$tmp/mail"
	# Taken durably, and then dropped: it is the taking that is measured.
	postfix_start "$tmp/mail" 'virtual_transport=discard:' 'smtpd_client_connection_rate_limit=0' 'smtpd_client_message_rate_limit=0' 'anvil_rate_time_unit=1s' \
		'smtpd_client_connection_count_limit=0'
	queue_mails "$n"
	sent_by_us >"$tmp/out"
	sqlite3 "$tmp/sending/store" "SELECT writefile('$tmp/mail.eml', bytes) FROM outbox_bytes ORDER BY outbox LIMIT 1" >"$tmp/out"
	: >"$tmp/rounds"
	_round=0
	while [ "$_round" -lt "${ROUNDS:-9}" ]; do
		_round=$((_round + 1))
		_ours=$(took sent_by_us)
		_raw=$("$O/bench/smtp" "$SMTP_PORT" "$n" support@example.org zoe@example.org "$tmp/mail.eml")
		_msmtp=$(took by_msmtp $((n / 10)))
		echo "$_ours $_raw $_msmtp" | awk -v n="$n" '{ print n / $1, n / $2, n / 10 / $3, $2 / $1, n / $1 / (n / 10 / $3) }' >>"$tmp/rounds"
	done
	field() { cut -d ' ' -f "$1" "$tmp/rounds" | median; }
	head "$n mails into the same Postfix, mails/s" peer
	row 'outbox-send, each result durable : a client that keeps nothing' "$(printf %.0f "$(field 1)")" "$(printf %.0f "$(field 2)")" "$(printf %.2f "$(field 4)")" 'ratio >= 0.9'
	row 'outbox-send : msmtp' "$(printf %.0f "$(field 1)")" "$(printf %.0f "$(field 3)")" "$(printf %.1f "$(field 5)")" 'ratio >= 10'
	postfix_stop
	export IXN_STORE="file:$tmp/store"
}
