/* What a text gives: each term once in the form of the index, of its kind, at its place. */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "search/terms.h"
#include "tap.h"

static struct analyser *analyser;

/* "word", "(stop)", "=whole", "+part", "#gram"; "|" where a position is left out. */
static const char *
shown(const char *text, size_t size, const char *language)
{
	static const char *const marks[] = { "", "(", "=", "+", "#" };
	static struct buf out;
	const struct terms *terms = analyse(analyser, text, size, language);

	buf_reset(&out);
	for (size_t i = 0; i < terms->n; i++) {
		const struct term *t = &terms->v[i];

		buf_printf(&out, "%s%s%.*s%s", i ? " " : "", marks[t->kind], (int)t->size, t->text, t->kind == TERM_STOP ? ")" : "");
	}
	return buf_get(&out);
}

static const struct {
	const char *what, *language, *text, *want;
} texts[] = {
	{ "nothing", "en", "", "" },
	{ "punctuation alone", "en", " ... !?-", "" },
	{ "English is stemmed, stop words marked", "en", "The invoices were not paid", "(the) invoic (were) (not) paid" },
	{ "no language: folded only", NULL, "The Invoices", "the invoices" },
	{ "an unknown one likewise", "xx", "The Invoices", "the invoices" },
	{ "a variant is its language", "FR_ca", "les factures", "(les) factur" },
	{ "Norwegian by either name", "nb-NO", "ikke regninger", "(ikke) regning" },

	{ "case and accents", NULL, "ÉLÉPHANT Ñandú Ångström Łódź", "elephant nandu angstrom lodz" },
	{ "sharp s, ligatures, compatibility forms", NULL, "STRASSE Straße œuvre \xef\xac\x81nance \xef\xbc\xa6\xef\xbd\x95\xef\xbd\x8c\xef\xbd\x8c \xe2\x85\xa7", "strasse strasse oeuvre finance full viii" },
	{ "mathematical letters", NULL, "\xf0\x9d\x90\x87\xf0\x9d\x90\x9e\xf0\x9d\x90\xa5\xf0\x9d\x90\xa5\xf0\x9d\x90\xa8", "hello" },
	{ "composed or not", "fr", "re\xcc\x81\x73um\x65\xcc\x81 résumé", "resum resum" },
	{ "soft hyphen, zero-width joiner and space", NULL, "pass\xc2\xadword zero\xe2\x80\x8dwidth fi\xe2\x80\x8bn", "password zerowidth fin" },
	{ "Cyrillic, Greek", NULL, "Йогурт ΟΔΟΣ οδός", "иогурт οδοσ οδοσ" },
	{ "Russian is stemmed before its accents fall", "ru", "красивый красивая", "красив красив" },
	{ "Arabic: points, tatweel, forms of alef", NULL, "أَحْمَد احمد \xd9\x83\xd9\x80\xd8\xaa\xd8\xa7\xd8\xa8", "احمد احمد كتاب" },
	{ "Hebrew points", NULL, "שָׁלוֹם שלום", "שלום שלום" },
	{ "Hindi keeps its vowels", NULL, "हिन्दी", "हिन्दी" },
	{ "dotless i", "tr", "İstanbul", "istanbul" },

	{ "French elision, straight and curly", "fr", "l'article d\xe2\x80\x99usine jusqu'ici qu'elle lorsqu\xe2\x80\x99il", "articl usin (ici) (elle) (il)" },
	{ "not every apostrophe is one", "fr", "aujourd'hui prud'homme", "aujourdhui prudhomm" },
	{ "Italian", "it", "dell'articolo un\xe2\x80\x99offerta", "articol offert" },
	{ "Catalan, with its double l", "ca", "l'article col\xc2\xb7lecció", "artic collec" },
	{ "of no known language", NULL, "l'article", "article" },
	{ "none in English", "en", "L'Oreal o'clock", "loreal oclock" },
	{ "English 's and contractions", "en", "the customer's bill isn\xe2\x80\x99t paid, it's", "(the) custom bill (isnt) paid (it)" },
	{ "quotes are none", "en", "'quoted' rock'n'roll", "quot rocknrol" },
	{ "accents left out make no difference", "fr", "facturée facturee problèmes problemes", "factur factur problem problem" },
	{ "nor where an ending has them", "pt", "operação operacoes disponível disponivel", "oper oper dispon dispon" },
	{ "nor umlauts spelled out", "de", "Rückerstattung Rueckerstattung neue aktuell", "ruckerstatt ruckerstatt neu aktuell" },
	{ "Spanish", "es", "las facturas pagadas", "(las) factur pag" },

	{ "a number", "en", "42", "=42" },
	{ "decimals by comma or point", NULL, "3,5 3.5 0,125", "=3.5 +3 +5 =3.5 +3 +5 =0.125 +0 +125" },
	{ "thousands in each way", NULL, "1 234,56 1.234,56 1,234.56", "=1234.56 +1 +234 +56 =1234.56 +1 +234 +56 =1234.56 +1 +234 +56" },
	{ "thousands by a comma alone", NULL, "1,234", "=1234 +1 +234" },
	{ "thousands by narrow spaces", NULL, "12\xe2\x80\xaf\x33\x34\x35\xc2\xa0\x36\x37\x38", "=12345678 +12 +345 +678" },
	{ "two numbers are no thousand", NULL, "2024 100, 12 34", "=2024 =100 =12 =34" },
	{ "a telephone number in threes", NULL, "0 800 123 456", "=0800123456 +0 +800 +123 +456" },
	{ "a version is no number", NULL, "14.2.1", "=14.2.1 +14 +2 +1" },
	{ "digits of other scripts", NULL, "\xd9\xa1\xd9\xa2\xd9\xa3 \xef\xbc\x91\xef\xbc\x92 m\xc2\xb2", "=123 =12 =m2" },
	{ "a reference", NULL, "INV-2024/0317.", "=inv-2024/0317 +inv +2024 +0317" },
	{ "by a hyphen that does not break", NULL, "A\xe2\x80\x91\x31\x37", "=a-17 +a +17" },
	{ "name and version", "en", "macOS-14.2", "=macos-14.2 +maco +14 +2" },
	{ "letters and digits", NULL, "iphone12 b2b mp3 REF12-34AB", "=iphone12 +iphone +12 =b2b =mp3 =ref12-34ab +ref12 +ref +12 +34ab" },
	{ "dates and times", NULL, "12/05/2024 14:30", "=12/05/2024 +12 +05 +2024 =14:30 +14 +30" },
	{ "an address", NULL, "Ann.Lee@Example.org", "=ann.lee@example.org +ann +lee +example +org" },
	{ "a URL: host and words of the path", NULL, "https://www.example.com/help/login?x=1", "=example.com +example +com +help +login x =1" },
	{ "a host, a file", NULL, "example.de invoice.pdf", "=example.de +example +de =invoice.pdf +invoice +pdf" },
	{ "no space behind a sentence", NULL, "done.Then,next", "done then next" },
	{ "names with signs", NULL, "C++ c# R&D snake_case", "=c++ +c =c# +c =r&d +r +d =snake_case +snake +case" },
	{ "one word of a letter and a word", NULL, "e-mail E-mails U.S.A. p.m.", "email emails usa pm" },
	{ "two words", NULL, "porte-monnaie and/or", "porte monnaie and or" },
	{ "signs around numbers fall", NULL, "#123 50% €30", "=123 =50 =30" },

	{ "Chinese", NULL, "退款政策", "#退款 #款政 #政策" },
	{ "one character", NULL, "水", "#水" },
	{ "Japanese, half-width and composed", NULL, "\xef\xbe\x8a\xef\xbe\x9d\xef\xbd\xb6\xef\xbd\xb8 か\xe3\x82\x99 が", "#ハン #ンカ #カク #が #が" },
	{ "Thai", NULL, "สวัส", "#สว #วั #ัส" },
	{ "Korean, composed or not", NULL, "환불은 \xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "#환불 #불은 #한" },
	{ "mixed", "en", "iPhone手机 12个", "iphon #手机 =12 #个" },
	{ "emoji, without their colour", NULL, "👍🏽 ❤\xef\xb8\x8f ok", "👍 ❤ ok" },
	{ "right-to-left marks", NULL, "\xe2\x80\x8f\xd7\xa9\xd7\x9c\xe2\x80\x8e abc", "של abc" },
};

static void
test_texts(void)
{
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		is_str(shown(texts[i].text, strlen(texts[i].text), texts[i].language), texts[i].want, texts[i].what);
}

static void
test_bytes(void)
{
	char word[300];

	is_str(shown("caf\xe9 ab\xff\x63 \xc3", 11, NULL), "caf ab c", "bytes that are not UTF-8 divide");
	is_str(shown("one\0two", 7, NULL), "one two", "so does NUL");
	is_str(shown("\xf0\x9f\x98", 3, NULL), "", "a character cut off");
	memset(word, 'x', sizeof(word));
	is_int((int64_t)strlen(shown(word, sizeof(word), NULL)), TERM_MAX, "a long word is cut");
	for (size_t i = 0; i + 1 < sizeof(word); i += 2)
		memcpy(word + i, "\xd1\x89", 2);
	is_int((int64_t)strlen(shown(word, sizeof(word), "ru")), TERM_MAX, "between characters");
	is_str(shown("e\xcc\x81", 3, NULL), "e", "a letter and its mark");
	is_str(shown("\xcc\x81\xcc\x82", 4, NULL), "", "marks without a letter");
}

/* Each term: its position, and the bytes of the source that it stands for. */
static void
test_places(void)
{
	static const char text[] = "L\xe2\x80\x99\x41rticle INV-7, l'INV-8 the customer's 1 234 end 退款策";
	static const struct {
		uint32_t position;
		const char *source;
	} want[] = { { 0, "Article" }, { 1, "INV-7" }, { 1, "INV" }, { 2, "7" }, { 3, "INV-8" }, { 3, "INV" }, { 4, "8" }, { 5, "the" }, { 6, "customer" }, { 7, "1 234" }, { 7, "1" }, { 8, "234" }, { 9, "end" }, { 10, "退款" }, { 11, "款策" } };
	const struct terms *terms = analyse(analyser, text, sizeof(text) - 1, "fr");

	is_int((int64_t)terms->n, COUNT_OF(want), "so many");
	is_int(terms->positions, 12, "positions");
	for (size_t i = 0; i < terms->n && i < COUNT_OF(want); i++) {
		const struct term *t = &terms->v[i];

		is_int(t->position, want[i].position, want[i].source);
		ok(t->to - t->from == strlen(want[i].source) && memcmp(text + t->from, want[i].source, t->to - t->from) == 0, "stands for %s", want[i].source);
	}
}

static void
test_words(void)
{
	const struct terms *terms = analyse(analyser, "Réclamations", 13, "fr");
	uint64_t hash = terms->v[0].hash;

	is_int((int64_t)terms->n, 1, "one word");
	ok(terms->v[0].word_size == 12 && memcmp(terms->v[0].word, "reclamations", 12) == 0, "the folded word stands beside its stem");
	ok(terms->v[0].size == 6 && memcmp(terms->v[0].text, "reclam", 6) == 0, "the stem");
	ok(hash == term_hash("reclam", 6), "its hash is that of the stem");
	is_str(shown("Réclamations", 13, "en"), "reclamat", "remembered by language, not by word alone");
	is_str(shown("Réclamations", 13, NULL), "reclamations", "and without one");
	is_str(shown("Réclamations", 13, "fr"), "reclam", "the same as before");
}

/* They stand in files: a change makes each index another one. */
static void
test_hashes(void)
{
	uint32_t grams[TERM_GRAMS_MAX], other[TERM_GRAMS_MAX];
	uint64_t a = term_hash("alpha", 5), b = term_hash("beta", 4);

	ok(a == UINT64_C(0xf7cb6dc3c90ba7a5), "the hash of a term is fixed");
	ok(term_pair(a, b) == UINT64_C(0xa4a04fa1d2eb8699), "that of a pair");
	ok(term_pair(a, b) != term_pair(b, a), "which has an order");
	is_int((int64_t)term_grams("refund", 6, grams), 5, "grams of six letters");
	ok(grams[0] == 0x6665725e, "that of a gram");
	is_int((int64_t)term_grams("refuse", 6, other), 5, "of another word");
	ok(grams[0] == other[0] && grams[1] == other[1] && grams[2] != other[2], "begin alike");
	is_int((int64_t)term_grams("a", 1, grams), 1, "one letter");
	is_int((int64_t)term_grams("", 0, grams), 1, "none");
	is_int((int64_t)term_grams("été", 5, grams), 2, "characters, not bytes");
}

/* More words than are remembered, in one call and between calls. */
static void
test_many(void)
{
	struct buf text = BUF_INIT;
	const struct terms *terms;
	bool good = true;

	for (int i = 0; i < 600000; i++)
		buf_printf(&text, "w%c%c%c%c%c ", 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i / 676 % 26, 'a' + i / 17576 % 26, 'a' + i / 456976 % 26);
	for (int round = 0; round < 2; round++) {
		terms = analyse(analyser, buf_get(&text), text.n, NULL);
		good = good && terms->n == 600000;
		for (size_t i = 0; good && i < terms->n; i++)
			good = memcmp(terms->v[i].text, text.p + terms->v[i].from, 6) == 0;
	}
	ok(good, "more words than are remembered");
	buf_release(&text);
}

int
main(void)
{
	analyser = analyser_new();
	test_texts();
	test_bytes();
	test_places();
	test_words();
	test_hashes();
	test_many();
	analyser_free(&analyser);
	analyser_free(&analyser);
	return done();
}
