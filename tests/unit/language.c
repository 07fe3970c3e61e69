/* In which language a sentence is written, and that one is not sure of what says too little. */
#include <stdlib.h>

#include "search/language.h"
#include "search/terms.h"
#include "tap.h"

static struct analyser *analyser;

static const struct {
	const char *language, *text;
} sentences[] = {
	{ "en", "My parcel has not arrived yet, could you please tell me where it is?" },
	{ "en", "How do I change the password of my account" },
	{ "en", "The card was charged twice for the same order." },
	{ "fr", "Je n'ai toujours pas reçu mon colis, pouvez-vous me dire où il se trouve ?" },
	{ "fr", "Comment changer le mot de passe de mon compte" },
	{ "fr", "J'ai ete preleve deux fois pour la meme commande, merci de me rembourser" },
	{ "de", "Mein Paket ist noch nicht angekommen, können Sie mir bitte sagen, wo es ist?" },
	{ "de", "Wie kann ich das Passwort meines Kontos ändern" },
	{ "de", "Die Karte wurde fuer dieselbe Bestellung zweimal belastet." },
	{ "es", "Mi paquete todavía no ha llegado, ¿me pueden decir dónde está?" },
	{ "es", "Como puedo cambiar la contraseña de mi cuenta" },
	{ "es", "Me cobraron dos veces el mismo pedido, quiero la devolucion del dinero." },
	{ "pt", "A minha encomenda ainda não chegou, podem dizer-me onde está?" },
	{ "pt", "Como posso mudar a senha da minha conta" },
	{ "pt", "O cartao foi cobrado duas vezes pelo mesmo pedido, preciso de ajuda." },
	{ "it", "Il mio pacco non è ancora arrivato, potete dirmi dove si trova?" },
	{ "it", "Come posso cambiare la password del mio account" },
	{ "it", "La carta e stata addebitata due volte per lo stesso ordine." },
	{ "nl", "Mijn pakket is nog niet aangekomen, kunt u mij vertellen waar het is?" },
	{ "nl", "Hoe kan ik het wachtwoord van mijn account wijzigen" },
	{ "nl", "De kaart is twee keer belast voor dezelfde bestelling." },
	{ "sv", "Mitt paket har inte kommit fram, kan ni säga mig var det är?" },
	{ "da", "Min pakke er ikke kommet frem endnu, hvad kan jeg gøre?" },
	{ "fi", "Pakettini ei ole vielä saapunut, missä se on?" },
	{ "pl", "Moja paczka jeszcze nie dotarła, czy możecie powiedzieć, gdzie jest?" },
	{ "tr", "Paketim henüz gelmedi, nerede olduğunu söyler misiniz? Çok teşekkürler." },
	{ "ro", "Coletul meu nu a ajuns încă, puteți să îmi spuneți unde este?" },
	{ "hu", "A csomagom még nem érkezett meg, hol van most?" },
	{ "ca", "El meu paquet encara no ha arribat, em podeu dir on és?" },
	{ "ru", "Моя посылка ещё не пришла, где она?" },
	{ "el", "Το δέμα μου δεν έχει φτάσει ακόμα" },
	{ "ar", "لم تصل شحنتي بعد، أين هي؟" },
	{ "he", "החבילה שלי עדיין לא הגיעה" },
	{ "zh", "我的包裹还没有到" },
	{ "ja", "荷物がまだ届いていません" },
	{ "ko", "소포가 아직 도착하지 않았습니다" },
	{ "th", "พัสดุยังไม่ถึง" },
};

static void
test_sentences(void)
{
	static const char *const eight[] = { "en", "fr", "de", "es", "pt", "it", "nl" };
	static const struct search_names among = { eight, COUNT_OF(eight) };
	int sure;

	for (size_t i = 0; i < COUNT_OF(sentences); i++) {
		const char *text = sentences[i].text;

		is_str(language_guess(analyser, text, strlen(text), NULL, &sure), sentences[i].language, text);
		if (i >= 3 * COUNT_OF(eight))
			continue;
		is_str(language_guess(analyser, text, strlen(text), &among, &sure), sentences[i].language, "among seven");
		ok(sure >= LANGUAGE_SURE, "sure of it: %d", sure);
	}
}

static void
test_little(void)
{
	static const char *const two[] = { "fr-CA", "EN_us" };
	static const struct search_names among = { two, COUNT_OF(two) }, none = { NULL, 0 };
	int sure = 1;

	is_str(language_guess(analyser, "", 0, NULL, &sure), NULL, "nothing is of no language");
	is_int(sure, 0, "and nobody is sure of it");
	is_str(language_guess(analyser, "12345 !!! \xff", 11, NULL, NULL), NULL, "nor are figures");
	language_guess(analyser, "invoice", 7, NULL, &sure);
	ok(sure < LANGUAGE_SURE, "one word is not enough: %d", sure);
	is_str(language_guess(analyser, "the colour of it", 16, &among, NULL), "EN_us", "a name comes back as it was given");
	is_str(language_guess(analyser, "la couleur de la", 16, &among, NULL), "fr-CA", "with its variant");
	is_str(language_guess(analyser, "Die Rechnung ist nicht da", 25, &none, NULL), "de", "an empty list restricts nothing");
	is_str(language_guess(analyser, "荷物", 6, &among, NULL), NULL, "of another script than any");
}

int
main(void)
{
	analyser = analyser_new();
	test_sentences();
	test_little();
	analyser_free(&analyser);
	return done();
}
