#!/bin/sh
# covers: ixn-site, ixn-setup
# Row 26: the URL of an external website, filled in for an interaction: whatever contacts wrote is escaped.
# shellcheck disable=SC2016 # field codes are no variables
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
export PLACE_OWNER=web # over the network a gateway brings them
site <<'J'
{"agents":[{"name":"alice","alias":"Alice L.","capacity":{"chat":3}},{"name":"bob","capacity":{"chat":1}},{"name":"web","role":"service"}],"queues":[{"name":"sales"}],
"sites":[{"name":"crm","label":"Customers","url":"https://crm.example:8443/find?name=$Contact.FullName$&mail=$Contact.PrimaryEmailAddress$#top"},
 {"name":"all","url":"http://x.example/$Interaction.Medium$/$Interaction.Queue$?c=$Contact.Id$&i=$Interaction.Id$&l=$Contact.Language$&s=$Interaction.Subject$&e=$Interaction.ExternalId$&v=$Interaction.Conversation$&a=$Agent.Name$&n=$Agent.Alias$&d=$Data.a key$&$$"},
 {"name":"order","url":"https://shop.example/orders/$Data.order|Data.ref|Interaction.ExternalId$"},
 {"name":"phone","url":"https://crm.example/tel/$Contact.PrimaryPhoneNumber$"},{"name":"two","url":"https://x.example/?$Data.a$$Data.b$"},{"name":"dir","url":"https://x.example/a/$Data.a$/b"},
 {"name":"any","url":"https://x.example/$(Contact.Title|Contact.LastName|Data.none)$?$Data.n$"},{"name":"mark","url":"https://x.example/?"},{"name":"draft"}],
"data_display":[{"name":"n","type":"number"}]}
J
ready alice
ready bob
ready web
url() { ixn-site "$id" --name "$1" --agent alice; }
name="Ann \"O'Neill\" & Söhne <b>
+1=100%/?#\\日本"
id=$(create --agent web --from 'ann+x@example.org' --name "$name" --queue sales --subject 'a b' --language fr --external-id 'E/1' --data 'a key=v&w')
ok as alice ixn-accept

is "$(url crm)" 'https://crm.example:8443/find?name=Ann%20%22O%27Neill%22%20%26%20S%C3%B6hne%20%3Cb%3E%0A%2B1%3D100%25%2F%3F%23%5C%E6%97%A5%E6%9C%AC&mail=ann%2Bx%40example.org#top' \
	'values are escaped, all but letters, digits and - . _ ~'
c=$(ixn-show "$id" --fields contact)
is "$(url all)" "http://x.example/chat/sales?c=$c&i=$id&l=fr&s=a%20b&e=E%2F1&v=$id&a=alice&n=Alice%20L.&d=v%26w&\$" 'each code, and a dollar'
is "$(ixn-site "$id" --name all --agent web | grep -o 'a=[^&]*')" 'a=alice' 'for a program the agent is the one who has it'
is "$(ixn-site "$id" --name order --agent alice --json)" "{\"url\":\"https://shop.example/orders/E%2F1\",\"name\":\"order\",\"ixn\":\"$id\"}" 'the first alternative with a value'
ok as alice ixn-data "$id" --set ref=r/2
is "$(url order)" 'https://shop.example/orders/r%2F2' 'an earlier one'
ok as alice ixn-data "$id" --set order=
is "$(url order)" 'https://shop.example/orders/r%2F2' 'an empty one is none'

ok as alice ixn-data "$id" --set n=12.50
is "$(url any)" 'https://x.example/%22O%27Neill%22%20%26%20S%C3%B6hne%20%3Cb%3E%0A%2B1%3D100%25%2F%3F%23%5C%E6%97%A5%E6%9C%AC?12.50' 'data as it was kept'

# Missing.
status 65 as alice ixn-site "$id" --name phone --json
is "$(code) $(printf '%s\n' "$err" | jq -r .error.message)" "no_value $id has no Contact.PrimaryPhoneNumber" 'a code without a value is named'
ok as alice ixn-site "$id" --name phone --missing empty
is "$out" 'https://crm.example/tel/' '--missing empty'
ok as alice ixn-site "$id" --name phone --missing keep
is "$out" 'https://crm.example/tel/%24Contact.PrimaryPhoneNumber%24' '--missing keep'
unseen 65 as bob ixn-site "$id" --name all --json
$served || like "$err" 'has no Agent.Alias' 'who acts has no alias'
status 64 as alice ixn-site "$id" --name phone --missing maybe
status 66 as alice ixn-site "$id" --name nowhere --json
is "$(code)" no_such_site 'a website that there is not'
status 66 as alice ixn-site 01ARZ3NDEKTSV4RRFFQ69G5FAV --name crm
status 64 as alice ixn-site "$id"
status 65 as alice ixn-site "$id" --name draft

# Nothing leads out of its place.
for v in .. .; do
	ok as alice ixn-data "$id" --set a=$v
	status 65 as alice ixn-site "$id" --name dir --json
	is "$(code)" bad_url "$v leaves no folder"
done
ok as alice ixn-data "$id" --set a=... --set b=y
is "$(url dir)" 'https://x.example/a/.../b' 'three dots are a name'
is "$(url two)" 'https://x.example/?...y' 'codes side by side'
ok as alice ixn-data "$id" --set a=.. --set 'b=//evil.example/'
is "$(url two)" 'https://x.example/?..%2F%2Fevil.example%2F' 'in a query dots are just dots'
ok as alice ixn-data "$id" --set "a=$(printf %08200d 0)"
status 65 as alice ixn-site "$id" --name two --json
is "$(code)" too_large 'a URL has an end'

# Several, and which there are.
is "$(ixn-site "$id" "$id" --name crm --agent alice --fields ixn)" "$id
$id" 'several interactions'
is "$(ixn-site --list --agent alice --fields name,label)" 'crm	Customers
all	
order	
phone	
two	
dir	
any	
mark	
draft	' '--list'

# Opened with the command of the configuration, the URL its last argument.
mkdir -p "$XDG_CONFIG_HOME/ixn"
cat >browser <<'B'
#!/bin/sh
printf '%s|' "$#" "$@" >opened
echo noise
B
chmod +x browser
echo "browser = $PWD/browser --new" >"$XDG_CONFIG_HOME/ixn/config"
ok as alice ixn-site "$id" --name crm --open
is "$(cat opened)" "2|--new|$(url crm)|" 'the browser is given the URL as one argument'
is "$out" "$(url crm)" 'which is printed, and nothing that the browser says'
mkdir -p https:/x.example && : >https:/x.example/y
ok as alice ixn-site "$id" --name mark --open
is "$(cat opened)" '2|--new|https://x.example/?|' 'as it is, whatever files there are'
echo "browser = false" >"$XDG_CONFIG_HOME/ixn/config"
status 66 as alice ixn-site "$id" --name crm --open
like "$err" 'false: it failed' 'a browser that fails'
rm "$XDG_CONFIG_HOME/ixn/config"
mkdir bin && printf '#!/bin/sh\necho "xdg $1" >opened\n' >bin/xdg-open && chmod +x bin/xdg-open
ok as alice env PATH="$PWD/bin:$PATH" ixn-site @ --name crm --open
is "$(cat opened)" "xdg $(url crm)" 'xdg-open otherwise'

# A site that is wrong is refused, with its place.
refuse() { # URL WORDS
	jq -n --arg url "$1" '{"sites":[{"name":"x","url":$url}]}' >bad.json
	status 65 ixn-setup --load bad.json
	like "$err" "sites: x: $2" "$1"
}
refuse 'javascript:alert(1)' 'url: begins with neither https:// nor http://'
refuse 'file:///etc/passwd' 'url: begins with neither'
refuse '$Data.url$' 'url: begins with neither'
refuse 'https://$Data.host$/x' 'url: scheme and host are fixed text; a field code stands at character 9'
refuse 'https://x.example$Data.host$/x' 'url: scheme and host are fixed text; a field code stands at character 18'
refuse 'https://x.example:$Data.port$' 'url: scheme and host are fixed text'
refuse 'https://u$$@x.example/' 'url: is no URL that may be opened'
refuse 'https://x.example/é/$Data.a$$Contact.Nane$' "url: there is no field code 'Contact.Nane' at character 29"
refuse 'https://x.example/$Data.a|Data.$' "url: there is no field code 'Data.' at character 19"
refuse 'https://x.example/$Data.a|$' "url: there is no field code '' at character 19"
refuse 'https://x.example/$Data.a' 'url: a \$ is never closed at character 19'
refuse 'https://x.example/a b' 'url: is no URL that may be opened'
ixn-setup --dump >dump.json
is "$(jq -c '.sites[0], .sites[-1]' dump.json)" '{"name":"crm","label":"Customers","url":"https://crm.example:8443/find?name=$Contact.FullName$&mail=$Contact.PrimaryEmailAddress$#top"}
{"name":"draft"}' 'the dump is what was loaded'
is "$(ixn-setup --load dump.json)" '' 'and loaded again changes nothing'
done_testing
