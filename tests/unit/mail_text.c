/* wire/mail_text.h: HTML as text, lines that flow, what is new in a reply; wire/imap_name.h. */
#include "wire/mail_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "wire/imap_name.h"

#include "tests/unit/tap.h"

static const struct text_case {
	const char *in, *want;
} html_cases[] = {
	{ "", "" },
	{ "hello", "hello\n" },
	{ "<p>one</p><p>two</p>", "one\n\ntwo\n" },
	{ "<div>one</div><div>two</div>", "one\ntwo\n" },
	{ "one<br>two<br/>three", "one\ntwo\nthree\n" },
	{ "one<br><br>two", "one\n\ntwo\n" },
	{ "  a \n\t b&nbsp; c ", "a b c\n" },
	{ "<b>bo</b>ld <i>it</i>", "bold it\n" },
	{ "<h1>T</h1>x", "T\n\nx\n" },
	{ "<pre>a\n  b\n</pre>c", "a\n  b\n\nc\n" },
	{ "<ul><li>a<li>b</ul>c", "- a\n- b\n\nc\n" },
	{ "<ol><li>a</li><li>b<ul><li>c</ul></ol>", "1. a\n2. b\n  - c\n" },
	{ "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>d", "a  b\nc\nd\n" },
	{ "<blockquote>a<br>b</blockquote>c", "> a\n> b\nc\n" },
	{ "x<blockquote><p>a<p>b<blockquote>c</blockquote></blockquote>d", "x\n>\n> a\n>\n> b\n> > c\nd\n" },
	{ "<a href=\"https://x.y/z\">here</a>", "here <https://x.y/z>\n" },
	{ "<a href='https://x.y/?a=1&amp;b=2'>here</a>.", "here <https://x.y/?a=1&b=2>.\n" },
	{ "<a href=\"https://x.y/?a=1&copy=2\">here</a>", "here <https://x.y/?a=1\xc2\xa9=2>\n" },
	{ "<a href=\"https://x.y/\">x.y</a>", "x.y\n" },
	{ "<a href=\"mailto:a@x.y\">a@x.y</a>", "a@x.y\n" },
	{ "<a href=\"mailto:a@x.y\">Ann</a>", "Ann <mailto:a@x.y>\n" },
	{ "<a href=\"#top\">top</a> <a name=x>y</a>", "top y\n" },
	{ "<a href=\"javascript:x()\">go</a>", "go\n" },
	{ "<a href=\"https://x.y\"><img src=z></a>b", "b\n" },
	{ "<a href=\"https://x.y\"><img src=z alt=\"Logo\"></a>b", "Logo <https://x.y>b\n" },
	{ "<style>p { color: red }</style><script>if (a < b) x()</script>a", "a\n" },
	{ "<head><title>T</title></head><body>a", "a\n" },
	{ "a<!-- b -->c<!DOCTYPE x>d<?xml y?>e", "acde\n" },
	{ "a<!--[if mso]><p>b</p><![endif]-->c", "ac\n" },
	{ "<div style=\"display: none\">pre<div>in</div>header</div>a", "a\n" },
	{ "<div style=\"DISPLAY:NONE;x:y\">b</div>a", "a\n" },
	{ "<div style=\"font-size:0px\"><span style=\"font-size:14px\">a</span></div>", "a\n" },
	{ "<div style=\"max-height:0;overflow:hidden\">b</div>a", "a\n" },
	{ "<div style=\"max-height:0.9em\">a</div>", "a\n" },
	{ "<span hidden>b</span>a", "a\n" },
	{ "<p style=\"display:none\">b<p>c", "c\n" },
	{ "<img style=\"display:none\" alt=x>a", "a\n" },
	{ "&lt;b&gt; &amp;amp; &quot;", "<b> &amp; \"\n" },
	{ "&eacute;&#233;&#xE9;&#XE9;", "éééé\n" },
	{ "&eacute &copy2 &notit; &nothing; &", "é ©2 ¬it; ¬hing; &\n" },
	{ "&#128;&#x80;&#0;&#xd800;&#x110000;&#99999999999;", "€€\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\n" },
	{ "&Afr &Afr; &ampx", "&Afr \xf0\x9d\x94\x84 &x\n" },
	{ "&NotEqualTilde;&CounterClockwiseContourIntegral;", "\xe2\x89\x82\xcc\xb8\xe2\x88\xb3\n" },
	{ "&#; &#x; &#xg;", "&#; &#x; &#xg;\n" },
	{ "a < b <3 c", "a < b <3 c\n" },
	{ "a<b", "a\n" },
	{ "a<p title=\"x>y\">b", "a\n\nb\n" },
	{ "a<p title=\"x>b", "a\n\nb\n" },
	{ "a&#8203;b&shy;c\xef\xbb\xbf", "abc\n" },
	{ "a\xff"
	  "b",
	  "a\xef\xbf\xbd"
	  "b\n" },
	{ "<P>A</P><DIV>B</DIV>", "A\n\nB\n" },
	{ "a<hr>b", "a\n----------\nb\n" },
	{ "</p></div></blockquote></ul>a", "a\n" },
	{ "<br><br><br>a<br><br><br><br><br>b", "a\n\n\nb\n" },
},
  flowed_cases[] = {
	  { "", "" },
	  { "one\ntwo\n", "one\ntwo\n" },
	  { "one \ntwo\n", "one two\n" },
	  { "one \r\ntwo\r\n", "one two\n" },
	  { "one \n", "one \n" },
	  { " From\n  x\n >y\n", "From\n x\n>y\n" },
	  { "> a \n> b\nc\n", "> a b\nc\n" },
	  { "> a \n>> b\n", "> a \n> > b\n" },
	  { ">> a \n>> b \nc\n", "> > a b \nc\n" },
	  { "a \n-- \nAnn\n", "a \n-- \nAnn\n" },
	  { "a\n\nb \nc", "a\n\nb c\n" },
  },
  delsp_cases[] = {
	  { "one \ntwo\n", "onetwo\n" },
	  { "one  \ntwo\n", "one two\n" },
  },
  fresh_cases[] = {
	  { "", "" },
	  { "Hello\n", "Hello\n" },
	  { "Hello", "Hello\n" },
	  { "\n\nHello\n\n\n", "Hello\n" },
	  { "a\n\n\nb\n", "a\n\n\nb\n" },
	  { "Yes.\n\n> Do you?\n", "Yes.\n" },
	  { "> Do you?\n\nYes.\n", "Yes.\n" },
	  { "Yes.\n\nOn 3 May 2024, Ann <a@x.y> wrote:\n> Do you?\n> Ann\n", "Yes.\n" },
	  { "Yes.\n\nOn Fri, May 3, 2024 at 10:12 AM Ann Lee\n<a@x.y> wrote:\n\n> Do you?\n", "Yes.\n" },
	  { "Yes.\n\nOn Fri, May 3, 2024 at 10:12 AM Ann\nLee of Somewhere\n<a@x.y> wrote:\n> Do you?\n", "Yes.\n" },
	  { "Yes.\n\nOn Fri, May 3, 2024 at 10:12 AM Ann <a@x.y> wrote:\n\nDo you?\nAnn\n", "Yes.\n" },
	  { "Oui.\n\nLe 3 mai 2024 à 10:12, Ann <a@x.y> a écrit :\n> Et vous ?\n", "Oui.\n" },
	  { "Oui.\n\nLe ven. 3 mai 2024 à 10:12, Ann <a@x.y> a écrit\xc2\xa0:\n\nEt vous ?\n", "Oui.\n" },
	  { "Oui.\n\nLe 3/05/24, Ann écrivait :\n> Et vous ?\n", "Oui.\n" },
	  { "Ja.\n\nAm 03.05.2024 um 10:12 schrieb Ann Lee:\n> Und?\n", "Ja.\n" },
	  { "Ja.\n\nAm Fr., 3. Mai 2024 um 10:12 Uhr schrieb Ann <a@x.y>:\n\n> Und?\n", "Ja.\n" },
	  { "Sí.\n\nEl vie, 3 may 2024 a las 10:12, Ann (<a@x.y>) escribió:\n\n> ¿Y?\n", "Sí.\n" },
	  { "Sì.\n\nIl giorno ven 3 mag 2024 alle ore 10:12 Ann <a@x.y> ha scritto:\n\n> E?\n", "Sì.\n" },
	  { "Sì.\n\nIl 03/05/2024 10:12, Ann ha scritto:\n> E?\n", "Sì.\n" },
	  { "Ja.\n\nOp vr 3 mei 2024 om 10:12 schreef Ann <a@x.y>:\n\n> En?\n", "Ja.\n" },
	  { "Ja.\n\nOp 03-05-2024 om 10:12 schreef Ann:\n> En?\n", "Ja.\n" },
	  { "Sim.\n\nEm sex., 3 de mai. de 2024 às 10:12, Ann <a@x.y> escreveu:\n\n> E?\n", "Sim.\n" },
	  { "Ja.\n\nDen 3. maj 2024 kl. 10.12 skrev Ann <a@x.y>:\n> Og?\n", "Ja.\n" },
	  { "Tak.\n\nW dniu 3.05.2024 o 10:12, Ann pisze: napisał(a):\n> I?\n", "Tak.\n" },
	  { "Да.\n\n3 мая 2024, 10:12, Ann <a@x.y> написал(а):\n> И?\n", "Да.\n" },
	  { "Yes.\n\nAnn Lee wrote:\n> Do you?\n", "Yes.\n" },
	  { "Yes.\n\nAnn <a@x.y> 2024-05-03 10:12:\n> Do you?\n", "Yes.\n" },
	  { "As I wrote:\nit works.\n", "As I wrote:\nit works.\n" },
	  { "On Monday he wrote:\nnothing at all.\n", "On Monday he wrote:\nnothing at all.\n" },
	  { "Yes.\n\n-----Original Message-----\nFrom: Ann\nSent: Friday\nTo: Bob\nSubject: x\n\nDo you?\n", "Yes.\n" },
	  { "Oui.\n\n-----Message d'origine-----\nDe : Ann\n\nEt vous ?\n", "Oui.\n" },
	  { "Oui.\n\n-----Message d\xe2\x80\x99origine-----\nDe : Ann\n", "Oui.\n" },
	  { "Ja.\n\n-----Ursprüngliche Nachricht-----\nVon: Ann\n", "Ja.\n" },
	  { "Sí.\n\n-----Mensaje original-----\nDe: Ann\n", "Sí.\n" },
	  { "Sì.\n\n-----Messaggio originale-----\nDa: Ann\n", "Sì.\n" },
	  { "Ja.\n\n-----Oorspronkelijk bericht-----\nVan: Ann\n", "Ja.\n" },
	  { "Sim.\n\n-----Mensagem original-----\nDe: Ann\n", "Sim.\n" },
	  { "Yes.\n\nFrom: Ann <a@x.y>\nSent: Friday, May 3\nTo: Bob\nSubject: Re: x\n\nDo you?\n", "Yes.\n" },
	  { "Yes.\n\n________________________________\nFrom: Ann <a@x.y>\nSent: Friday\nTo: Bob\nSubject: x\n\nDo you?\n", "Yes.\n" },
	  { "Yes.\n\n*From:* Ann <a@x.y>\n*Sent:* Friday\n*To:* Bob\n*Subject:* x\n\nDo you?\n", "Yes.\n" },
	  { "Oui.\n\nDe : Ann <a@x.y>\nEnvoyé : vendredi 3 mai\nÀ : Bob\nObjet : x\n\nEt vous ?\n", "Oui.\n" },
	  { "Ja.\n\nVon: Ann\nGesendet: Freitag\nAn: Bob\nBetreff: x\n\nUnd?\n", "Ja.\n" },
	  { "Sí.\n\nDe: Ann\nEnviado el: viernes\nPara: Bob\nAsunto: x\n\n¿Y?\n", "Sí.\n" },
	  { "Sì.\n\nDa: Ann\nInviato: venerdì\nA: Bob\nOggetto: x\n\nE?\n", "Sì.\n" },
	  { "Ja.\n\nVan: Ann\nVerzonden: vrijdag\nAan: Bob\nOnderwerp: x\n\nEn?\n", "Ja.\n" },
	  { "Sim.\n\nDe: Ann\nEnviada em: sexta\nPara: Bob\nAssunto: x\n\nE?\n", "Sim.\n" },
	  { "From: here\nI go on.\n", "From: here\nI go on.\n" },
	  { "x\nFrom: Ann\nto the end.\n", "x\nFrom: Ann\nto the end.\n" },
	  { "Yes.\n\n-- \nAnn Lee\n+32 2 000\n", "Yes.\n" },
	  { "Yes.\n\n--\nAnn Lee\n", "Yes.\n" },
	  { "Yes.\n--\nThis is a long line which is no signature at all, since it goes on and on.\n", "Yes.\n--\nThis is a long line which is no signature at all, since it goes on and on.\n" },
	  { "Yes.\n\n-- \nAnn\n\nOn 3 May 2024, Bob wrote:\n> Do you?\n", "Yes.\n" },
	  { "Yes.\n\nKind regards,\nAnn\n\n> Do you?\n", "Yes.\n\nKind regards,\nAnn\n" },
	  { "Yes.\n\nSent from my iPhone\n", "Yes.\n" },
	  { "Yes.\n\nSent from my iPhone\n\n> On 3 May 2024, at 10:12, Ann <a@x.y> wrote:\n>\n> Do you?\n", "Yes.\n" },
	  { "Oui.\n\nEnvoyé de mon iPhone\n", "Oui.\n" },
	  { "Ja.\n\nVon meinem iPhone gesendet\n", "Ja.\n" },
	  { "Sí.\n\nEnviado desde mi iPhone\n", "Sí.\n" },
	  { "Ja.\n\nVerstuurd vanaf mijn iPhone\n", "Ja.\n" },
	  { "Yes.\n\nGet Outlook for iOS <https://aka.ms/a-very-long-address-that-goes-on-and-on-for-ever>\n", "Yes.\n" },
	  { "Sent from my office, the parcel was lost on the way and nobody knows where it is now.\n", "Sent from my office, the parcel was lost on the way and nobody knows where it is now.\n" },
	  { "Ann wrote:\n> One?\n\nYes.\n\n> Two?\n\nNo.\n", "Yes.\n\nNo.\n" },
	  { "> One?\nYes.\n> Two?\nNo.\n", "Yes.\n\nNo.\n" },
	  { "> only\n> quoted\n", "> only\n> quoted\n" },
	  { "On 3 May 2024, Ann <a@x.y> wrote:\n> Do you?\n", "On 3 May 2024, Ann <a@x.y> wrote:\n> Do you?\n" },
	  { "See below.\n\n---------- Forwarded message ---------\nFrom: Ann <a@x.y>\nDate: Fri\nSubject: x\nTo: Bob\n\nThe order.\n", "See below.\n\n---------- Forwarded message ---------\nFrom: Ann <a@x.y>\nDate: Fri\nSubject: x\nTo: Bob\n\nThe order.\n" },
	  { "Voir.\n\n-------- Message transféré --------\nSujet : x\nDe : Ann\n", "Voir.\n\n-------- Message transféré --------\nSujet : x\nDe : Ann\n" },
	  { "Yes.\r\n\r\n> Do you?\r\n", "Yes.\n" },
	  { "a > b\nc\n", "a > b\nc\n" },
  };

typedef void (*reader)(struct buf *out, const char *text, size_t size);

static void
flow(struct buf *out, const char *text, size_t size)
{
	mail_flowed(out, text, size, false);
}

static void
flow_delsp(struct buf *out, const char *text, size_t size)
{
	mail_flowed(out, text, size, true);
}

static void
fresh(struct buf *out, const char *text, size_t size)
{
	struct arena *arena = arena_new();

	(void)size;
	buf_str(out, mail_fresh(arena, text));
	arena_free(&arena);
}

static void
run(reader read, const struct text_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct buf out = BUF_INIT;

		read(&out, cases[i].in, strlen(cases[i].in));
		is_str(buf_get(&out), cases[i].want, "the text of the case");
		buf_release(&out);
	}
}

static const struct name_case {
	const char *utf8, *wire;
} names[] = {
	{ "INBOX", "INBOX" },
	{ "", "" },
	{ "A&B", "A&-B" },
	{ "Gel\xc3\xb6scht", "Gel&APY-scht" },
	{ "\xe5\x8f\xb0\xe5\x8c\x97", "&U,BTFw-" },
	{ "~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "~peter/mail/&U,BTFw-/&ZeVnLIqe-" },
	{ "\xf0\x9f\x98\x80", "&2D3eAA-" },
	{ "Entw\xc3\xbcrfe & mehr", "Entw&APw-rfe &- mehr" },
};

static void
test_names(void)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < COUNT_OF(names); i++)
		is_str(imap_name_encode(arena, names[i].utf8), names[i].wire, names[i].wire);
	is_str(imap_name_encode(arena, "\xff"), NULL, "what is not UTF-8 has no name");
	arena_free(&arena);
}

int
main(void)
{
	run(mail_html_text, html_cases, COUNT_OF(html_cases));
	run(flow, flowed_cases, COUNT_OF(flowed_cases));
	run(flow_delsp, delsp_cases, COUNT_OF(delsp_cases));
	run(fresh, fresh_cases, COUNT_OF(fresh_cases));
	test_names();
	return done();
}
