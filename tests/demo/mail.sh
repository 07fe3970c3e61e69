# mail.sh - what scripts/demo --mail plays: a mail comes by SMTP and IMAP, is answered
# with a standard response, reviewed twice, sent, and answered in its thread. The mail
# server is a Dovecot of its own, in a throw-away folder, before which stands tests/peers/smtp-peer.
# shellcheck shell=sh disable=SC2016,SC2154,SC1112 # commands as shown; $top, $lang and its kin are of scripts/demo; French quotes
set -eu

group=demo
. "$top/tests/demo/stage.sh"
cd "$top"
command -v /usr/sbin/dovecot >/dev/null || command -v dovecot >/dev/null || sorry 'no Dovecot' 'pas de Dovecot'
command -v certtool >/dev/null || sorry 'no certtool' 'pas de certtool'

stage
. "$top/tests/t/dovecot.sh"
dovecot_find

home=$tmp/home
mkdir -p "$home/config/ixn" "$home/passwords" "$home/camille" "$home/sent"
unset IXN_CONFIG
export HOME="$home" XDG_STATE_HOME="$home/state" XDG_DATA_HOME="$home/data" XDG_CONFIG_HOME="$home/config"
cd "$home"
become() {
	case $1 in
	alice | lea) export IXN_AGENT="$1" ;;
	*) unset IXN_AGENT ;;
	esac
}
# letters USER: how many mails lie in the folder; letter USER N: the N-th of them.
letters() { find "$dovecot/mail/$1/Maildir" -path '*/Maildir/[cn]*' -type f 2>/dev/null | wc -l; }
arrived() { [ "$(letters "$1")" = "$2" ]; }
letter() { find "$dovecot/mail/$1/Maildir" -path '*/Maildir/[cn]*' -type f -printf '%T@ %p\n' | sort -n | sed -n "$2s/^[^ ]* //p"; }
# keep VARIABLE COMMAND: its first column.
keep() { eval "$1=\$($2 | cut -f 1)"; }

words '
Mails at Maison Tilleul. Camille writes; Alice answers with a standard response; Léa
looks at it before it leaves. "cron" runs batches.
' '
Les mails de la Maison Tilleul. Camille écrit ; Alice répond par une réponse type, que
Léa relit avant qu’elle parte. « cron » lance les traitements.
'

chapter 'A mail server' 'Un serveur de mail'
explain 'Dovecot keeps the mailboxes; an SMTP server takes mails for them. Both are on this machine alone, and go with the demo.' \
	'Dovecot tient les boîtes ; un serveur SMTP reçoit les mails pour elles. Tous deux ne servent que cette machine, et partent avec la démonstration.'
dovecot_start "$home" bonjour:tilleul camille:camille
background "$top/tests/peers/smtp-peer" --port-file "$tmp/port" --dir "$home/sent" --lmtp "$LMTP_PORT"
wait_for [ -s "$tmp/port" ]
port=$(cat "$tmp/port")
cat >config/ixn/config <<END
time_zone = Europe/Paris
[imap]
host = localhost
port = $IMAPS_PORT
ca_file = $CA
[imap.bonjour]
user = bonjour
password_command = echo tilleul
[smtp]
host = 127.0.0.1
port = $port
tls = none
END
run admin 'sed -n 2,8p config/ixn/config'
for agent in alice lea; do
	(umask 077 && od -An -N12 -tx1 /dev/urandom | tr -d ' \n' >"passwords/$agent")
done
cp "$top/tests/demo/mail.json" site.json
explain 'The site: a mailbox with signatures; a rule that finds the order in the subject; what is reviewed, and by whom.' \
	'Le site : une boîte et ses signatures ; une règle qui trouve la commande dans l’objet ; ce qui est relu, et par qui.'
run admin 'ixn-setup --load site.json'
run admin "response-import '$top/tests/demo/library.jsonl' | tail -n 1"
run alice 'agent-login alice --ready --password-file passwords/alice'
run lea 'agent-login lea --ready --password-file passwords/lea'

chapter 'A mail comes' 'Un mail arrive'
subject=$(words 'Parcel FR-20417' 'Colis FR-20417')
question=$(words 'Good evening, my parcel is marked as delivered, but nothing has come. Camille Roux' 'Bonsoir, mon colis est noté livré, mais je n’ai rien reçu. Camille Roux')
run camille "write-mail $port 'Camille Roux <camille@example.org>' bonjour@maison-tilleul.example '$subject' '$question'"
wait_for arrived bonjour 1
run cron 'email-fetch bonjour'
explain 'It was offered to Alice, who has the skill. The rule has found the order.' 'Il a été proposé à Alice, qui a la compétence. La règle a trouvé la commande.'
run alice 'ixn-accept'
keep mail 'ixn-list --ids'
run alice 'ixn-show @ --json --fields subject,language,data'
run alice 'ixn-show @ --part text'

chapter 'The answer' 'La réponse'
explain 'What fits what she writes, and what she is told by it.' 'Ce qui convient à ce qu’elle écrit, et ce que cela lui dit.'
run alice 'response-search --for @ --limit 3'
run alice "email-reply @ --response $(words notreceived nonrecu) --send"
explain 'What Alice writes is reviewed. A rule finds a promise in it.' 'Ce qu’écrit Alice est relu. Une règle y trouve une promesse.'
run lea 'email-review list'
become lea
keep draft 'email-review list --ids'
run lea "email-review show $draft"
remark=$(words 'The carrier first: no promise before they have looked for it.' 'Le transporteur d’abord : rien de promis avant qu’il ait cherché.')
run lea "email-review reject $draft --remark '$remark'"

chapter 'Written anew' 'Revue et corrigée'
explain 'It lies in her workbin, with the remark, which Camille never sees.' 'Elle est dans sa corbeille, avec la remarque, que Camille ne verra jamais.'
run alice "ixn-take $draft"
run alice "ixn-note $draft --show"
better=$(words 'Dear Camille, I have asked the carrier to look for parcel FR-20417. You will hear from me within two days.' \
	'Chère Camille, j’ai demandé au transporteur de rechercher le colis FR-20417. Vous aurez de mes nouvelles sous deux jours.')
run alice "email-edit $draft --text '$better'"
run alice "email-send $draft"
explain 'The second cycle: Léa sees what has changed, and approves exactly that.' 'Deuxième cycle : Léa voit ce qui a changé, et approuve exactement cela.'
run lea "email-review show $draft | grep '^[-+@]'"
run lea "email-review approve $draft"
run cron 'outbox-send'
wait_for arrived camille 1
explain 'What Camille reads.' 'Ce que lit Camille.'
run camille "read-mail '$(letter camille 1)'"

chapter 'And back' 'Et retour'
run camille "write-mail --answer '$(letter camille 1)' $port 'Camille Roux <camille@example.org>' '' '' '$(words 'Thank you, Alice!' 'Merci, Alice !')'"
wait_for arrived bonjour 2
explain 'Her answer comes back in its thread, to the agent who knows it.' 'Sa réponse revient dans son fil, à l’agent qui le connaît.'
run cron 'email-fetch bonjour'
run alice 'ixn-accept'
run alice 'ixn-show @ --part fresh'
become alice
answer=$(ixn-list --ids)
thread=$(ixn-show "$answer" --fields conversation)
[ "$thread" = "$(ixn-show "$mail" --fields conversation)" ] || die "$thread"
run alice "ixn-done $answer --disposition solved"
explain 'A copy of what was sent lies in the folder of sent mails.' 'Une copie de l’envoi est dans le dossier des mails envoyés.'
run admin 'outbox-list --state sent --json --fields state,mailbox,copy'
run lea "ixn-show $draft --part history --fields event,agent,state"
run alice 'agent-logout'
run lea 'agent-logout'
words '
Everything ends now, and the folders go.
' '
Tout s’arrête maintenant, et les dossiers disparaissent.
'
