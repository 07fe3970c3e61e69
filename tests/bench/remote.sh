# shellcheck shell=sh
# remote.sh - one-shot commands at a server on loopback, beside curl doing the same POST.

# serve NAME OPTION...: a server of the store; leaves $url.
serve() {
	_name=$1 && shift
	ixn-routerd --listen 127.0.0.1:0 --url --requests 0 "$@" >"$tmp/$_name.url" 2>"$tmp/$_name.log" &
	servers="${servers-} $!"
	_left=200
	until [ -s "$tmp/$_name.url" ]; do
		_left=$((_left - 1))
		[ $_left -gt 0 ] || { cat "$tmp/$_name.log" >&2 && exit 1; }
		sleep 0.05
	done
	url=$(cat "$tmp/$_name.url")
}

# one_shot NAME CURL-OPTION...: of the server at $url.
one_shot() {
	_name=$1 && shift
	IXN_STORE=$url agent-login a0001 --password-file "$tmp/password" --quiet >/dev/null
	token=$(sed -n 's/^token = //p' "$(grep -l "$url" "$tmp"/ixn/*/a0001.session)")
	beside 30 "env IXN_STORE=$url ixn-list" \
		"env curl -s -f -o $tmp/answer $* -H 'Authorization: Bearer a0001:$token' -H 'Content-Type: application/json' -d '{\"limit\":201}' $url/v1/ixn.list"
	row "ixn-list, $_name : curl, the same POST" "$ours" "$peer" "$ratio" 'ratio <= 1.0'
}

bench_remote() {
	store
	head 'One-shot read at a server on loopback, ms' curl
	command -v curl >/dev/null || { echo '  skipped: no curl' && return; }
	(umask 077 && echo place >"$tmp/password")
	# Of that password, by Argon2id at its cheapest.
	query "UPDATE agent SET password_hash = '\$argon2id\$v=19\$m=8,t=1,p=1\$Mk7KxsK/SRb3Z8qoz3uz9g\$xFbGWWgsTj6Nbm0mxCF5xniGSBJh8NoC5I7R8hAQOUI' WHERE name = 'a0001'"
	ixn-routerd --make-certificate "$tmp/certs" >/dev/null
	export IXN_CA="$tmp/certs/cert.pem"
	serve plain
	one_shot 'in clear'
	serve tls --tls-cert "$tmp/certs/cert.pem" --tls-key "$tmp/certs/key.pem"
	one_shot TLS --cacert "$tmp/certs/cert.pem"
	for _p in $servers; do kill "$_p" && wait "$_p" || :; done
}
