#!/bin/sh
# email-fetch and servers that are not who they should be: a refused certificate says so,
# with the host and what to do, ends in 69, and no byte of a password has left.
# covers: email-fetch
# place: embedded - no store matters: what is said before anything is fetched
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/peers.sh"

command -v certtool >/dev/null || skip_all 'no certtool'
"$top/tests/peers/make-certs" certs || exit 1
"$top/tests/peers/make-certs" others || exit 1
echo '{"queues":[{"name":"support"}],"mailboxes":[{"name":"support","address":"support@example.org","queue":"support"}]}' >site.json
ixn-setup --test --load site.json >/dev/null || exit 1
mkdir -p "$XDG_CONFIG_HOME/ixn"
secret=Tr0ub4dor
(umask 077 && echo $secret >password)

# peer CERTIFICATE OPTION...: a fresh one; leaves $port, $log, and $received, what it was sent.
peer() {
	_cert=$1 received=$tmp/work/received.$((peers + 1))
	shift
	peer_start imap-peer --received "$received" --mails 0 --tls "${mode:-implicit}" "$_cert.pem" "$_cert.key" "$@"
}
# fetch STATUS HOST CA
fetch() {
	printf '%s\n' '[imap]' "host = $2" "port = $port" "ca_file = $3" "tls = ${mode:-implicit}" 'user = someone' "password_file = $PWD/password" >"$XDG_CONFIG_HOME/ixn/config"
	status "$1" email-fetch support
}
# unsaid: neither the password nor who would log in was heard, as it is or in base64.
unsaid() {
	unlike "$(cat "$log")" '^(LOGIN|AUTH|SELECT|FETCH)' "$1: no login"
	is "$(grep -Ec "$secret|someone|$(printf '\0someone\0%s' $secret | base64)" "$received")" 0 "$1: no password"
}

# Who it should be.
peer certs/good
fetch 0 localhost certs/ca.pem
like "$(cat "$log")" '^AUTHENTICATE' 'a good one: logged in'
like "$(cat "$received")" "$(printf '\0someone\0%s' $secret | base64)" 'and this is how the password would be seen'
fetch 0 127.0.0.1 certs/ca.pem
peer certs/noip
fetch 0 localhost certs/ca.pem

# Who it is not: CERTIFICATE HOST CA|REASON.
while IFS='|' read -r what cert host ca reason; do
	for mode in implicit starttls; do
		peer "$cert"
		fetch 69 "$host" "$ca"
		like "$err" "^email-fetch: (support: )?$host:$port: the certificate is refused: $reason\$" "$what, $mode: says who, and why"
		like "$err" 'ca_file in ixn-config\(5\)' 'and what to do'
		unsaid "$what, $mode"
	done
done <<'CASES'
another name|certs/wrong|localhost|certs/ca.pem|the name does not match
an address that it lacks|certs/noip|127.0.0.1|certs/ca.pem|the name does not match
expired|certs/expired|localhost|certs/ca.pem|it has expired
not yet valid|certs/future|localhost|certs/ca.pem|it is not valid yet
an authority that nobody knows|others/good|localhost|certs/ca.pem|no authority that is trusted here signed it
signed by itself|certs/self|localhost|certs/ca.pem|no authority that is trusted here signed it
not for servers|certs/client|localhost|certs/ca.pem|it is not for servers
CASES
mode=implicit
peer certs/wrong
fetch 69 localhost certs/ca.pem
status 69 email-fetch support --json
like "$err" '^\{"error":\{"code":"tls_refused",.*"exit":69' 'as JSON'
unsaid 'as JSON'

# STARTTLS, by somebody in between.
mode=starttls
peer certs/good --inject-after-starttls
fetch 76 localhost certs/ca.pem
like "$err" "localhost:$port.*it sent more in clear after it agreed to TLS" 'words put in before TLS: nothing of them is believed'
unsaid 'words put in'
peer certs/good --raw 'CAPABILITY=* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n%t OK done\r\n'
fetch 69 localhost certs/ca.pem
like "$err" "localhost:$port: the connection is not protected: it offers no STARTTLS" 'STARTTLS taken away'
like "$err" 'set tls in ixn-config\(5\)' 'and what to do'
unlike "$err" 'certificate' 'which is no matter of certificates'
unsaid 'STARTTLS taken away'
peer certs/good --raw 'STARTTLS=%t NO not now\r\n'
fetch 69 localhost certs/ca.pem
like "$err" 'the connection is not protected: not now' 'STARTTLS refused'
unsaid 'STARTTLS refused'
peer certs/good --raw 'GREETING=* PREAUTH welcome\r\n'
fetch 69 localhost certs/ca.pem
like "$err" 'the connection is not protected: it wants no STARTTLS' 'logged in before it is asked'
unsaid 'logged in before'
done_testing
