# dovecot.sh - behind lib.sh, for tests that read mail: a throw-away Dovecot on
# loopback, run by nobody where the test is run by root. Debian: dovecot-imapd,
# dovecot-lmtpd, gnutls-bin. What it needs of lib.sh: $top, $tmp, _end, skip_all, background, wait_for.
# shellcheck shell=sh disable=SC2154,SC2034

# dovecot_find: skips the whole test where there is none.
dovecot_find() {
	PATH=$PATH:/usr/sbin:/sbin
	command -v dovecot >/dev/null || skip_all 'no dovecot'
	command -v certtool >/dev/null || skip_all 'no certtool'
	command -v python3 >/dev/null || skip_all 'no python3'
}
# free_ports N: so many, each once.
free_ports() {
	python3 -c 'import socket, sys
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print(*(s.getsockname()[1] for s in held))' "$1"
}
# dovecot_start DIR [USER:PASSWORD | @LINE]...: a LINE goes into the configuration. A user is
# known by its local part alone, so that mail to ann@anything is ann's. Sets $IMAP_PORT
# (STARTTLS, or in clear from this machine), $IMAPS_PORT, $LMTP_PORT, $SASL_PORT (for
# Postfix), $CA, and $dovecot: the folder of its state; $dovecot_pid. DIR keeps the certificates.
dovecot_start() {
	_dir=$1 && shift
	[ -e "$_dir/certs/good.pem" ] || "$top/tests/peers/make-certs" "$_dir/certs" || skip_all 'certtool does not work here'
	CA=$(cd "$_dir/certs" && pwd -P)/ca.pem
	# It will not be root, and nobody but root gets into $tmp.
	dovecot=$(mktemp -d /tmp/ixn-dovecot.XXXXXX) || exit 1
	_dovecots="${_dovecots-} $dovecot"
	trap mail_end EXIT
	_as='' _user=$(id -un) _group=$(id -gn)
	if [ "$(id -u)" = 0 ]; then
		command -v setpriv >/dev/null || skip_all 'root, and no setpriv'
		_user=nobody _group=nogroup _as='setpriv --reuid=nobody --regid=nogroup --clear-groups'
	fi
	mkdir "$dovecot/run" "$dovecot/state" "$dovecot/mail" "$dovecot/keys"
	cp "$_dir/certs/good.pem" "$_dir/certs/good.key" "$dovecot"
	# shellcheck disable=SC2046 # a list
	set -- "$@" : $(free_ports 4)
	: >"$dovecot/users"
	_extra=
	while [ "$1" != : ]; do
		case $1 in
		@*) _extra="$_extra
${1#@}" ;;
		*) printf '%s:{PLAIN}%s\n' "$(printf %s "${1%%:*}" | sed 's/@.*//')" "${1#*:}" >>"$dovecot/users" ;;
		esac
		shift
	done
	IMAP_PORT=$2 IMAPS_PORT=$3 LMTP_PORT=$4 SASL_PORT=$5
	_dovecot_conf >"$dovecot/dovecot.conf"
	[ -z "$_as" ] || chown -R nobody:nogroup "$dovecot"
	dovecot_again
}
# dovecot_again: the same, with all it keeps, after dovecot_stop.
dovecot_again() {
	# shellcheck disable=SC2086 # a command and its options
	background $_as dovecot -F -c "$dovecot/dovecot.conf"
	dovecot_pid=$pid
	wait_for dovecot_answers || { _note dovecot: "$(cat "$tmp/$pid.out" "$dovecot/log")" && exit 1; }
}
dovecot_stop() { kill "$dovecot_pid" && wait "$dovecot_pid"; } 2>/dev/null
dovecot_answers() {
	python3 -c 'import socket, sys
for port in sys.argv[1:]:
    if not socket.create_connection(("127.0.0.1", int(port)), 5).recv(4):
        sys.exit(1)' "$IMAP_PORT" "$LMTP_PORT"
}
# dovecot_deliver USER FILE...: mails into the INBOX, by the Maildir itself.
dovecot_deliver() {
	_box=$dovecot/mail/$1/Maildir && shift
	mkdir -p "$_box/new" "$_box/cur" "$_box/tmp"
	_k=$(find "$_box/new" "$_box/cur" -type f | wc -l)
	for _f in "$@"; do
		_k=$((_k + 1))
		cp "$_f" "$_box/tmp/$_k" && mv "$_box/tmp/$_k" "$_box/new/$((1700000000 + _k)).M${_k}P1.test"
	done
	[ -z "$_as" ] || chown -R nobody:nogroup "$dovecot/mail"
}
_dovecot_conf() {
	cat <<END
protocols = imap lmtp
listen = 127.0.0.1
base_dir = $dovecot/run
state_dir = $dovecot/state
instance_name = ${dovecot##*/}
log_path = $dovecot/log
default_internal_user = $_user
default_internal_group = $_group
default_login_user = $_user
# Their limits are those of the process that starts them.
default_vsz_limit = 0
ssl = yes
ssl_cert = <$dovecot/good.pem
ssl_key = <$dovecot/good.key
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = no
# The default would make what follows a wrong password look slow.
auth_failure_delay = 0
auth_mechanisms = plain login xoauth2
auth_username_format = %Ln
mail_location = maildir:~/Maildir
# A test has no use for syncs.
mail_fsync = never
mail_max_userip_connections = 0
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = $dovecot/oauth2.conf
}
passdb {
  driver = passwd-file
  args = $dovecot/users
}
userdb {
  driver = static
  args = uid=$_user gid=$_group home=$dovecot/mail/%n
}
first_valid_uid = 1
first_valid_gid = 0
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
service auth {
  inet_listener {
    address = 127.0.0.1
    port = $SASL_PORT
  }
}
service imap-login {
  chroot =
  process_min_avail = 1
  inet_listener imap {
    port = $IMAP_PORT
  }
  inet_listener imaps {
    port = $IMAPS_PORT
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = $LMTP_PORT
  }
}
$_extra
END
	cat >"$dovecot/oauth2.conf" <<END
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=$dovecot/keys/
username_attribute = sub
active_attribute =
active_value =
END
	mkdir -p "$dovecot/keys/default/HS256"
	printf 'test key of ixn' | base64 >"$dovecot/keys/default/HS256/default"
}
# dovecot_token USER: what XOAUTH2 wants as its access token.
dovecot_token() {
	python3 - "$1" <<'END'
import base64, hashlib, hmac, json, sys
def b64(data): return base64.urlsafe_b64encode(data).rstrip(b"=")
head = b64(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
body = b64(json.dumps({"sub": sys.argv[1], "iat": 1500000000, "nbf": 1500000000, "exp": 4000000000}).encode())
text = head + b"." + body
print((text + b"." + b64(hmac.new(b"test key of ixn", text, hashlib.sha256).digest())).decode())
END
}
# mail_end: the end of a test with Dovecot or Postfix.
mail_end() {
	_end
	# shellcheck disable=SC2086 # lists
	rm -rf ${_dovecots-} ${_postfixes-}
}
