# postfix.sh - behind lib.sh and dovecot.sh, for tests that send mail: a throw-away
# Postfix on loopback, with its own queue. It starts by root only, which then
# gives up what it does not need. Debian: postfix.
# shellcheck shell=sh disable=SC2154,SC2034

# postfix_find: skips the whole test where there is none.
postfix_find() {
	PATH=$PATH:/usr/sbin:/sbin
	command -v postconf >/dev/null || skip_all 'no postfix'
	command -v certtool >/dev/null || skip_all 'no certtool'
	command -v python3 >/dev/null || skip_all 'no python3'
	[ "$(id -u)" = 0 ] || skip_all 'Postfix needs root'
	id postfix >/dev/null 2>&1 || skip_all 'no user postfix'
}
# postfix_start DIR [SETTING=VALUE]...: each as in main.cf(5). Sets $SMTP_PORT (STARTTLS
# offered), $CA, and $postfix: the folder of its state; $postfix_pid. Mail for example.org, example.net
# and x.test goes by LMTP to the Dovecot that dovecot_start left at $LMTP_PORT, else
# into Maildirs, $postfix/mail/LOCALPART/new; local parts that begin with "unknown"
# are refused. With $SASL_PORT it offers AUTH by that Dovecot's passwords.
postfix_start() {
	_dir=$1 && shift
	[ -e "$_dir/certs/good.pem" ] || "$top/tests/peers/make-certs" "$_dir/certs" || skip_all 'certtool does not work here'
	CA=$(cd "$_dir/certs" && pwd -P)/ca.pem
	postfix=$(mktemp -d /tmp/ixn-postfix.XXXXXX) || exit 1
	_postfixes="${_postfixes-} $postfix"
	trap mail_end EXIT
	chmod 755 "$postfix"
	mkdir "$postfix/etc" "$postfix/queue" "$postfix/data" "$postfix/mail"
	cp "$_dir/certs/good.pem" "$_dir/certs/good.key" "$postfix"
	chown postfix "$postfix/data" && chown nobody:nogroup "$postfix/mail"
	SMTP_PORT=$(free_ports 1)
	_postfix_main >"$postfix/etc/main.cf"
	for _s in "$@"; do printf '%s\n' "$_s"; done >>"$postfix/etc/main.cf"
	_postfix_master >"$postfix/etc/master.cf"
	_postfix_maildir >"$postfix/maildir" && chmod 755 "$postfix/maildir"
	printf '!/^unknown/ x\n' >"$postfix/etc/known"
	postfix -c "$postfix/etc" check >"$tmp/postfix" 2>&1 || { _note postfix: "$(cat "$tmp/postfix")" && exit 1; }
	# Not by postfix(1), whose master leaves the group of who started it.
	background "$(postconf -d -h daemon_directory)/master" -c "$postfix/etc" -d
	postfix_pid=$pid
	wait_for postfix_answers || { _note postfix: "$(cat "$tmp/$pid.out" "$postfix/log")" && exit 1; }
}
postfix_stop() { kill "$postfix_pid" && wait "$postfix_pid"; } 2>/dev/null
postfix_answers() {
	python3 -c 'import socket, sys
sys.exit(not socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5).recv(4))' "$SMTP_PORT"
}
_postfix_main() {
	cat <<END
compatibility_level = 3.6
queue_directory = $postfix/queue
data_directory = $postfix/data
daemon_directory = $(postconf -d -h daemon_directory)
command_directory = $(postconf -d -h command_directory)
maillog_file = $postfix/log
maillog_file_prefixes = $postfix
mail_owner = postfix
setgid_group = postdrop
multi_instance_name = postfix-${postfix##*.}
alternate_config_directories =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.org
mydestination =
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
biff = no
append_dot_mydomain = no
smtpd_peername_lookup = no
smtpd_tls_cert_file = $postfix/good.pem
smtpd_tls_key_file = $postfix/good.key
smtpd_tls_security_level = may
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions =
disable_dns_lookups = yes
relayhost =
default_transport = error:no mail leaves this machine
virtual_mailbox_domains = example.org, example.net, x.test
virtual_mailbox_maps = regexp:$postfix/etc/known
virtual_transport = $(if [ -n "${LMTP_PORT-}" ]; then echo "lmtp:inet:127.0.0.1:$LMTP_PORT"; else echo maildir; fi)
END
	[ -z "${SASL_PORT-}" ] || printf '%s\n' 'smtpd_sasl_auth_enable = yes' 'smtpd_sasl_type = dovecot' "smtpd_sasl_path = inet:127.0.0.1:$SASL_PORT" \
		'smtpd_sasl_security_options = noanonymous'
}
# The services of Debian's master.cf that are needed; none in a chroot.
_postfix_master() {
	cat <<END
127.0.0.1:$SMTP_PORT inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
maildir unix - n n - - pipe
  flags=DR user=nobody argv=$postfix/maildir $postfix/mail \${user}
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
END
}
# Postfix's own virtual(8) takes no place that a pattern names.
_postfix_maildir() {
	cat <<'END'
#!/bin/sh
mkdir -p "$1/$2/tmp" "$1/$2/new" && cat >"$1/$2/tmp/$$" && mv "$1/$2/tmp/$$" "$1/$2/new/$(date +%s%N).$$"
END
}
