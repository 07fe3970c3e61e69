# site.sh - what scripts/demo --site plays: two servers over PostgreSQL with a
# standby, agents with homes of their own, a contact at a browser, and the death of
# the database in the middle of a chat. SHOTS=DIR keeps pictures of the page.
# shellcheck shell=sh disable=SC2016,SC2154,SC1112 # commands as shown; $top, $lang and its kin are of scripts/demo; French quotes
set -eu

group=site
. "$top/tests/demo/stage.sh"
cd "$top"
! $install || scripts/packages site || words 'Without what could not be installed.
' 'Sans ce qui n’a pas pu être installé.
' >&2
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || sorry 'no Chromium' 'pas de Chromium'
command -v openssl >/dev/null || sorry 'no openssl' 'pas d’openssl'

stage
. "$top/tests/t/pg.sh"
pg_begin

# Each on a machine of their own: a home, and nothing else in common.
become() {
	unset IXN_CONFIG
	export HOME="$tmp/$1" XDG_STATE_HOME="$tmp/$1/state" XDG_DATA_HOME="$tmp/$1/data" XDG_CONFIG_HOME="$tmp/$1/config"
	cd "$HOME"
}
for who in admin alice bob camille; do mkdir -p "$tmp/$who/config/ixn"; done
# machine WHO URL: whose store is at a server.
machine() {
	cp "$tmp/admin/tls/cert.pem" "$tmp/$1/ca.pem"
	printf 'store = %s\ntime_zone = Europe/Paris\n[server]\nca_file = %s/ca.pem\n' "$2" "$tmp/$1" >"$tmp/$1/config/ixn/config"
	run "$1" 'cat config/ixn/config'
}
# serve: one more server; its URL is $url.
serve() {
	become admin
	printf '%sadmin$ ixn-routerd --listen 127.0.0.1:0 --tls-cert tls/cert.pem --tls-key tls/key.pem --url &%s\n' "$bold" "$plain"
	background ixn-routerd --listen 127.0.0.1:0 --tls-cert tls/cert.pem --tls-key tls/key.pem --url
	server=$tmp/$pid.out
	wait_for grep -q '^https:' "$server"
	url=$(grep '^https:' "$server")
	echo "$url"
}

# What Camille does at the browser, and what stands there.
page() { browse "$tmp/browser" "$@" || die "$(words 'the page does not do as it should' 'la page ne fait pas ce qu’il faut')"; }
camille() {
	printf '%sCamille> %s%s\n' "$bold" "$1" "$plain"
	page say "$1"
}
# shows COMMAND...: what she sees then.
shows() {
	page "$@" >"$tmp/seen"
	sed 's/^/    | /' "$tmp/seen"
}
sees() { shows see "$@"; }
shot() {
	shots=$((shots + 1))
	[ -z "${SHOTS-}" ] || page shot "$SHOTS/demo-$lang-$shots.png"
}
shots=0
# tells AGENT TEXT: says it, and it is there for her. The line that chat-send prints is left out.
tells() {
	printf '%s%s$ chat-send @ --text "%s"%s\n' "$bold" "$1" "$2" "$plain"
	become "$1"
	chat-send @ --text "$2" >"$tmp/said" || die "chat-send: $?"
	page wait "$2"
}
now() { date +%s%3N; }

words '
Maison Tilleul has grown: two servers over one database, which has a standby, and
agents who work from home. Camille comes by the web site, with a browser. Each line
with a prompt is a command, behind the name of whose machine it is.
' '
La Maison Tilleul a grandi : deux serveurs sur une base de données, qui a une
remplaçante, et des agents qui travaillent de chez eux. Camille vient par le site
web, avec un navigateur. Chaque ligne avec une invite est une commande, derrière le
nom de celui dont c’est la machine.
'

chapter 'A database and its standby' 'Une base de données et sa remplaçante'
explain 'PostgreSQL, from throw-away folders. Nothing counts as done before both have it.' \
	'PostgreSQL, dans des dossiers provisoires. Rien n’est tenu pour fait avant que les deux ne l’aient.'
pg_pair one two
echo 'CREATE DATABASE desk; ALTER DATABASE desk SET synchronous_commit = on' | pg_sql 5432 >"$tmp/created"
PATH="$PATH:$pgbin"
cat >"$tmp/admin/config/ixn/config" <<EOF
store = postgresql://ixn@/desk?host=$pg,$pg&port=5432,5433
time_zone = Europe/Paris
[mail]
from = bonjour@maison-tilleul.example
name = Maison Tilleul
EOF
run admin "psql -X -q -h $pg -p 5432 -U ixn desk -c 'SELECT application_name, state, sync_state FROM pg_stat_replication' -A -F ' | ' -P footer=off"
explain 'The site: its queues, agents and outcomes, and a page for contacts.' 'Le site : ses files d’attente, agents et qualifications, et une page pour les contacts.'
mkdir "$tmp/admin/passwords"
for agent in alice bob lea; do
	(umask 077 && od -An -N12 -tx1 /dev/urandom | tr -d ' \n' >"$tmp/admin/passwords/$agent")
	[ ! -d "$tmp/$agent" ] || cp "$tmp/admin/passwords/$agent" "$tmp/$agent/password"
done
cp "$top/tests/demo/site.json" "$tmp/admin"
cat >"$tmp/admin/web.json" <<'EOF'
{"web": [{"name": "shop", "chat_queue": "orders", "titles": {"en": "Maison Tilleul", "fr": "Maison Tilleul"},
  "greetings": {"en": "Household linen since 1928. What can we do for you?", "fr": "Linge de maison depuis 1928. Que pouvons-nous faire pour vous ?"}}]}
EOF
run admin 'cat config/ixn/config | head -n 1'
run admin 'ixn-setup --load site.json'
run admin 'ixn-setup --load web.json'

chapter 'Two servers' 'Deux serveurs'
explain 'All is encrypted; the certificate is made for this machine alone. Neither server keeps anything of its own.' \
	'Tout est chiffré ; le certificat est fait pour cette seule machine. Aucun des serveurs ne garde rien en propre.'
run admin 'ixn-routerd --make-certificate tls'
serve
first=$url
serve
second=$url

chapter 'Two agents, each at home' 'Deux agents, chacun chez soi'
explain 'Alice reaches the one server, Robert (bob) the other. The commands are the same as with a store in a file.' \
	'Alice passe par un serveur, Robert (bob) par l’autre. Les commandes sont les mêmes qu’avec une base dans un fichier.'
machine alice "$first"
run alice 'agent-login alice --ready --password-file password'
machine bob "$second"
run bob 'agent-login bob --password-file password'

chapter 'A contact at a browser' 'Une cliente devant son navigateur'
key=$(openssl x509 -in "$tmp/admin/tls/cert.pem" -noout -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | openssl base64)
become camille
TMPDIR="$tmp" background browse "$tmp/browser" serve "$lang" "--ignore-certificate-errors-spki-list=$key"
wait_for [ -S "$tmp/browser" ]
explain "Camille opens $second/chat, fills in the form, and asks." "Camille ouvre $second/chat, remplit le formulaire, et demande."
shows open "$second/chat?site=shop&lang=$lang"
shot
question=$(words 'Good evening, my parcel FR-20417 is marked as delivered, but nothing has come.' 'Bonsoir, mon colis FR-20417 est noté « livré », mais je n’ai rien reçu.')
printf '%sCamille> %s%s\n' "$bold" "$question" "$plain"
page ask 'Camille Roux' camille.roux@example.org "$(words 'Parcel not found' 'Colis introuvable')" "$question"
sees
explain 'On the other server she is offered to Alice.' 'Sur l’autre serveur, elle est offerte à Alice.'
run alice 'ixn-accept --wait 20s'
run alice 'chat-tail @ --fields author,text'
tells alice "$(words 'Good evening Camille, I am Alice. Let me look where it is.' 'Bonsoir Camille, je suis Alice. Je regarde où il est.')"
sees 2
camille "$(words 'Thank you! It should have come on Tuesday.' 'Merci ! Il devait arriver mardi.')"
explain 'Alice shows her the page of the carrier: it opens in her browser.' 'Alice lui montre la page du transporteur : elle s’ouvre dans son navigateur.'
run alice "chat-send @ --url '$(page website)/FR-20417'"
shows pushed
camille "$(words 'At the lodge with Mrs Delattre! I will call her.' 'À la loge, chez Mme Delattre ! Je l’appelle.')"
run alice 'chat-tail @ --fields author,text | tail -n 1'
shot

chapter 'The database dies' 'La base de données meurt'
explain 'In the middle of the chat: kill -9. Alice writes all the same, and so does Camille; both wait.' \
	'Au milieu du chat : kill -9. Alice écrit quand même, Camille aussi ; toutes deux attendent.'
hers=$(words 'If she no longer has it, we send it again.' 'Si elle ne l’a plus, nous le renvoyons.')
back=$(words 'That is kind of you, thank you.' 'C’est très aimable, merci.')
printf '%sadmin$ kill -9 %s%s\n' "$bold" "$(head -n 1 "$pg/one/postmaster.pid")" "$plain"
pg_kill one
began=$(now)
(tells alice "$hers") &
alice=$!
(camille "$back") &
camille=$!
explain 'What watches the database (Patroni, or a person) promotes the standby.' 'Ce qui surveille la base (Patroni, ou une personne) promeut la remplaçante.'
printf '%sadmin$ pg_ctl promote -D two%s\n' "$bold" "$plain"
pg_promote two
for pid in $alice $camille; do
	wait "$pid" || die "$(words 'what was said is lost' 'ce qui a été dit est perdu')"
done
gap=$(($(now) - began))
explain "Both have gone through, once each, $((gap / 1000)).$((gap % 1000 / 100)) s after it died. Nobody logged in anew, no page was reloaded." \
	"Les deux sont passés, une fois chacun, $((gap / 1000)),$((gap % 1000 / 100)) s après sa mort. Personne ne s’est reconnecté, aucune page n’a été rechargée."
sees 3
shot

chapter 'Handed over' 'Un transfert'
explain 'From Alice, at the one server, to Robert, at the other. Camille stays where she is.' 'D’Alice, à un serveur, à Robert, à l’autre. Camille reste où elle est.'
run bob 'agent-state ready'
run alice "ixn-transfer @ --to agent:bob --note '$(words 'Parcel at the lodge. Wants to know about the pillow cases, too.' 'Colis à la loge. Veut aussi savoir pour les taies.')'"
run bob 'ixn-accept --wait 20s'
run bob 'ixn-note @ --show'
tells bob "$(words 'Robert here, good evening. Your pillow cases leave tomorrow.' 'Ici Robert, bonsoir. Vos taies partent demain.')"
explain 'Camille reloads the page: all that was said is there again.' 'Camille recharge la page : tout ce qui a été dit est de nouveau là.'
page reload
sees 9
camille "$(words 'Perfect. May I have all that by mail?' 'Parfait. Puis-je avoir tout cela par mail ?')"
shows mail
page end
sees 1
shot
run bob 'ixn-done @ --disposition solved'

chapter 'The transcript' 'La transcription'
mkdir "$tmp/admin/mails"
background "$top/tests/peers/smtp-peer" --port-file "$tmp/port" --dir "$tmp/admin/mails"
wait_for [ -s "$tmp/port" ]
printf '[smtp]\nhost = 127.0.0.1\nport = %s\ntls = none\n' "$(cat "$tmp/port")" >>"$tmp/admin/config/ixn/config"
run admin 'outbox-send'
run admin 'read-mail mails/*.eml'

chapter 'What is left' 'Ce qui reste'
explain 'What happened, without the messages; origin is the address that it came from.' 'Ce qui s’est passé, sans les messages ; origin est l’adresse d’où cela est venu.'
become admin
id=$(ixn-list --all --ids)
run admin "ixn-show $id --json --fields name,state,agent,reason,dispositions"
run admin "ixn-show $id --part history --fields at,event,agent,origin | grep -vE 'chat.(message|typing)'"
explain 'Every message is there once, on the page as in the database; nothing is wrong with it.' 'Chaque message y est une fois, sur la page comme dans la base ; celle-ci est saine.'
run admin 'ixn-doctor'
said=$(chat-tail "$id" --json | grep -c '"visible":"all"')
page see 99 >"$tmp/seen"
[ "$said" = "$(($(wc -l <"$tmp/seen") - 1))" ] || die "$said: $(cat "$tmp/seen")"
for text in "$hers" "$back"; do
	[ "$(grep -cF ": $text" "$tmp/seen")" = 1 ] || die "$text: $(cat "$tmp/seen")"
done
page quit
run alice 'agent-logout'
run bob 'agent-logout'
words '
Everything ends now, and the folders go. man ixn-routerd, ixn-web and ixn-postgresql
say how to do this in earnest.
' '
Tout s’arrête maintenant, et les dossiers disparaissent. man ixn-routerd, ixn-web et
ixn-postgresql disent comment le faire pour de bon.
'
