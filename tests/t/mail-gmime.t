#!/bin/sh
# What GMime reads in mails, and we: the mails of tests/corpus/mail, with a reason for each
# difference. Where a person would see GMime's fault in a mail, ours is right in tests/unit/mail*.c.
# place: embedded - needs no store
. "$(dirname "$0")/lib.sh"

gmime=$IXN_BIN/../peers/mail-gmime
[ -x "$gmime" ] || skip_all 'built without GMime (libgmime-3.0-dev)'

# FILE WHAT REASON. Reasons, with those that mails of strangers gave besides:
#   label      windows-1252 or UTF-8 that is called iso-8859-1 or us-ascii, or has no label (browsers' rule)
#   flowed     lines of format=flowed are joined (RFC 3676); GMime leaves them to whoever shows them
#   footer     base64 ends where a list appended its lines; GMime decodes those, too
#   split      characters are cut between two encoded words, or words are padded: GMime loses text
#   boundary   a multipart without a boundary that is there: its text is shown; GMime keeps it as a prologue
#   header     no header, or one with NUL bytes: GMime refuses the mail, or ends the value there
#   path       a file's name is the last part of a path, whatever system's
#   blanks     blanks at the ends of quoted-printable lines are no text (RFC 2045, 6.7); GMime keeps them
#   hyphens    "--boundary--" with something behind it ends the parts (RFC 2046, 5.1.1)
#   twice      of a header that is there twice the first counts; GMime takes the last
#   address    a name without an address, or one that is broken, is shown; GMime drops it
#   comma      addresses without a comma between them: the first; GMime makes two of it
#   padding    base64 that lacks its last "=": the bytes are there; GMime drops them
#   words      what is called base64 and is words is shown as it stands; GMime decodes the words
#   equals     a "=" at the end of a quoted-printable line is a soft end, whatever stands before; GMime keeps "=="
#   quotes     quotes within an encoded word are of the name (RFC 2047, 5); GMime drops them
#   bytes      a header that is in no character set: U+FFFD for each byte; GMime has "?"
#   lost       of lines that are lost in a header one is passed over; GMime passes over several
cat >table <<'T'
attachments.eml name:3 path
base64-footer.eml size:1 footer
base64-footer.eml text:1 footer
flowed.eml text:1 flowed
latin1.eml text:1 label
no-boundary.eml parts boundary
no-header.eml mail header
nul.eml subject header
raw-8bit.eml text:1 label
rules-inside.eml from address
rules-inside.eml parts boundary
split-words.eml subject split
wrong-boundary.eml parts boundary
T

"$gmime" "$top"/tests/corpus/mail/*.eml >found
ok test -s found
sed 's,^[^\t]*/,,' found | cut -f 1,2 | tr '\t' ' ' | sort >got
cut -d ' ' -f 1,2 table | sort >want
is "$(comm -23 got want)" '' 'no difference is without a reason'
is "$(comm -13 got want)" '' 'and each that is known is found'
is "$(grep -c '' found)" "$(grep -c '' table)" 'each once'
"$gmime" "$tmp/none.eml" >/dev/null 2>"$tmp/err"
is $? 1 'a file that cannot be read is said'
done_testing
