/* What remains of a message: its matter whole, and little else. */
#include <stdlib.h>

#include "base/buf.h"
#include "search/letter.h"
#include "tap.h"

static const struct {
	const char *what, *text, *want;
} letters[] = {
	{ "no formula", "My invoice is wrong.\nPlease help.", "My invoice is wrong.\nPlease help.\n" },

	/* Greetings. */
	{ "English", "Dear Sir or Madam,\nmy invoice is wrong.", "my invoice is wrong.\n" },
	{ "with a name, a title", "Dear Mr. O'Neil,\nIt fails.", "It fails.\n" },
	{ "on the line of the text", "Hello, my invoice is wrong.", "my invoice is wrong.\n" },
	{ "French", "Bonjour Madame,\n\nMa facture est fausse.", "\nMa facture est fausse.\n" },
	{ "ended by a point", "Bonjour Madame Dupont. Ma facture est fausse.", "Ma facture est fausse.\n" },
	{ "German", "Sehr geehrte Damen und Herren,\nmeine Rechnung ist falsch.", "meine Rechnung ist falsch.\n" },
	{ "Spanish", "Estimados señores:\nmi factura es incorrecta.", "mi factura es incorrecta.\n" },
	{ "Portuguese", "Prezados Senhores,\na fatura está errada.", "a fatura está errada.\n" },
	{ "Italian", "Gentile Signora Rossi,\nla fattura è errata.", "la fattura è errata.\n" },
	{ "Dutch", "Geachte heer Jansen,\nde rekening klopt niet.", "de rekening klopt niet.\n" },
	{ "behind a subject", "Wrong invoice\nHello,\nplease help.", "Wrong invoice\nplease help.\n" },
	{ "with a wish", "Hi team,\nI hope this email finds you well. My card is lost.", "My card is lost.\n" },
	{ "a sentence is none", "Hello my invoice is wrong, please help", "Hello my invoice is wrong, please help\n" },
	{ "a word that begins like one", "Hiring, again", "Hiring, again\n" },
	{ "Madame in a sentence", "Madame Dupont m'a dit que non.", "Madame Dupont m'a dit que non.\n" },
	{ "in the middle", "One.\nTwo.\nThree.\nHello,\nfour.", "One.\nTwo.\nThree.\nHello,\nfour.\n" },

	/* Closings and signatures. */
	{ "closing and name", "It fails.\n\nBest regards,\nAnn Lee", "It fails.\n\n" },
	{ "on one line", "It fails.\nThanks, Ann", "It fails.\n" },
	{ "French", "Ça ne marche pas.\nBien cordialement,\nJean de la Tour", "Ça ne marche pas.\n" },
	{ "long", "Ça ne marche pas.\nJe vous prie d'agréer, Madame, l'expression de mes salutations.\nJean", "Ça ne marche pas.\n" },
	{ "German", "Es geht nicht.\nMit freundlichen Grüßen\nMax von der Heide", "Es geht nicht.\n" },
	{ "Spanish", "No funciona.\nUn cordial saludo,\nAna", "No funciona.\n" },
	{ "Portuguese", "Não funciona.\nAtenciosamente,\nJoão dos Santos", "Não funciona.\n" },
	{ "Italian", "Non funziona.\nCordiali saluti\nMaria Rossi", "Non funziona.\n" },
	{ "Dutch", "Het werkt niet.\nMet vriendelijke groet,\nJan van der Berg", "Het werkt niet.\n" },
	{ "what follows thanks is kept", "It fails.\nThanks\nMy order number is 12345", "It fails.\nMy order number is 12345\n" },
	{ "so is a postscript", "It fails.\nRegards,\nAnn\n\nPS: it is red, and new.", "It fails.\n\nPS: it is red, and new.\n" },
	{ "thanks for something", "It works.\nThanks for the quick answer about my loan", "It works.\nThanks for the quick answer about my loan\n" },
	{ "thanks, and more", "It works.\nThanks, but what of order 12345", "It works.\nThanks, but what of order 12345\n" },
	{ "signature", "It fails.\n-- \nAnn Lee, 12 Long Street\nwww.example.com", "It fails.\n" },
	{ "without its space", "It fails.\n--\nAnn", "It fails.\n" },
	{ "dashes between two parts", "First part.\n--\nThe second part of it is a long one, and it says more than any signature does.", "First part.\n--\nThe second part of it is a long one, and it says more than any signature does.\n" },
	{ "telephones", "It fails.\nSent from my iPhone", "It fails.\n" },
	{ "in French", "En panne.\nEnvoyé de mon iPhone", "En panne.\n" },
	{ "in German", "Es geht nicht.\nVon meinem iPhone gesendet", "Es geht nicht.\n" },
	{ "a sentence of telephones", "It fails.\nSent from my iPhone 12 to the other phone, the message has never arrived there.", "It fails.\nSent from my iPhone 12 to the other phone, the message has never arrived there.\n" },

	/* Quotations. */
	{ "quoted lines", "It fails.\n> What fails?\n>> Hello\nThe router.", "It fails.\nThe router.\n" },
	{ "with who wrote it", "It fails.\nOn 3 May 2024, Ann wrote:\n> What?\nThe router.", "It fails.\nThe router.\n" },
	{ "not marked", "It fails.\n\nOn Fri, 3 May 2024 at 10:12, Ann <ann@example.org> wrote:\nWhat fails?", "It fails.\n\n" },
	{ "on two lines, French", "En panne.\nLe ven. 3 mai 2024 à 10:12, Service client\n<aide@example.org> a écrit :\nBonjour", "En panne.\n" },
	{ "German", "Kaputt.\nAm 3. Mai 2024 um 10:12 schrieb Hilfe:\nWas?", "Kaputt.\n" },
	{ "Spanish", "No va.\nEl 3 may 2024, a las 10:12, Ana escribió:\n¿Qué?", "No va.\n" },
	{ "Italian", "Rotto.\nIl giorno 3 mag 2024 alle 10:12 Ana ha scritto:\nCosa?", "Rotto.\n" },
	{ "told, not quoted by a program", "It fails.\nOn 3 May your agent wrote:\nwe refund you.\nNothing came.", "It fails.\nOn 3 May your agent wrote:\nwe refund you.\nNothing came.\n" },
	{ "original message", "It fails.\n-----Original Message-----\nWhat fails?", "It fails.\n" },
	{ "French", "En panne.\n-----Message d'origine-----\nQuoi ?", "En panne.\n" },
	{ "German", "Kaputt.\n-----Ursprüngliche Nachricht-----\nWas?", "Kaputt.\n" },
	{ "Outlook", "It fails.\nFrom: Ann\nSent: Monday\nTo: Bob\nSubject: it\n\nWhat?", "It fails.\n" },
	{ "French", "En panne.\nDe : Ann\nEnvoyé : lundi\nÀ : Bob\nObjet : panne\nQuoi ?", "En panne.\n" },
	{ "German", "Kaputt.\nVon: Ann\nGesendet: Montag\nAn: Bob\nBetreff: es\nWas?", "Kaputt.\n" },
	{ "a journey is no head", "My train:\nFrom: Paris\nTo: Lyon\nDate: 3 May\nIt was late.", "My train:\nFrom: Paris\nTo: Lyon\nDate: 3 May\nIt was late.\n" },
	{ "passed on without a word", "From: Ann\nSent: Monday\nTo: Bob\nSubject: it\n\nIt fails.", "From: Ann\nSent: Monday\nTo: Bob\nSubject: it\n\nIt fails.\n" },

	/* Legal words. */
	{ "a notice", "It fails.\n\nThis e-mail and its attachments are confidential\nand meant for you.\n\nCall me.", "It fails.\n\n\nCall me.\n" },
	{ "French", "En panne.\n\nCe message et ses pièces jointes sont confidentiels.", "En panne.\n\n" },
	{ "German", "Kaputt.\n\nDiese E-Mail enthält vertrauliche Informationen.", "Kaputt.\n\n" },
	{ "this e-mail, of something else", "It fails.\n\nThis e-mail never came.", "It fails.\n\nThis e-mail never came.\n" },

	/* Never nothing. */
	{ "a greeting alone", "Bonjour", "Bonjour" },
	{ "greeting and closing", "Hello,\nThanks", "Thanks\n" },
	{ "a quotation alone", "> It fails.", "> It fails." },
	{ "nothing", "", "" },
	{ "blanks", " \n \n", " \n \n" },
	{ "CRLF", "Hello,\r\nit fails.\r\n\r\nRegards\r\nAnn\r\n", "it fails.\n\n" },
};

static void
test_letters(void)
{
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < COUNT_OF(letters); i++) {
		buf_reset(&out);
		letter_body(&out, letters[i].text, strlen(letters[i].text));
		is_str(buf_get(&out), letters[i].want, letters[i].what);
	}
	buf_release(&out);
}

static void
test_bytes(void)
{
	struct buf out = BUF_INIT, text = BUF_INIT;

	letter_body(&out, "Hi,\nit\0f\xff\n-- \nAnn", 18);
	ok(out.n == 6 && memcmp(out.p, "it\0f\xff\n", 6) == 0, "bytes pass as they are");
	for (int i = 0; i < 400000; i++)
		buf_str(&text, "> a\n");
	buf_reset(&out);
	letter_body(&out, text.p, text.n);
	ok(out.n == text.n, "what is too long for a letter is kept");
	text.n = 1 << 20;
	memcpy(text.p + text.n - 4, "yes\n", 4);
	buf_reset(&out);
	letter_body(&out, text.p, text.n);
	is_str(buf_get(&out), "yes\n", "a long quotation");
	buf_release(&text);
	buf_release(&out);
}

/* A line of which nothing says what it is. */
static void
test_like(void)
{
	char text[202];

	memset(text, 'x', sizeof(text));
	text[200] = '\0';
	ok(!letter_like(text), "two hundred bytes are words to search");
	text[200] = 'x';
	text[201] = '\0';
	ok(letter_like(text), "more are a message");
}

int
main(void)
{
	test_letters();
	test_bytes();
	test_like();
	return done();
}
