/* The golden rankings: of the library as it is, and with what was sent before. */
#ifndef TESTS_RANK_GOLDEN_H
#define TESTS_RANK_GOLDEN_H

#include <stdbool.h>
#include <stddef.h>

static const struct {
	const char *text, *language;
	bool message;
	const char *plain, *learned;
} golden[] = {
	{ "late parcel", "en", false, "en-late en-lost en-track", "en-late en-lost en-track" },
	{ "parcel", "en", false, "en-lost en-track en-late", "en-lost en-track en-late" },
	{ "where is my parcel", "en", false, "en-lost en-track en-late", "en-lost en-track en-late" },
	{ "my order has not arrived yet", "en", false, "en-damaged en-cancel en-exchange", "en-late en-cancel en-damaged" },
	{ "money back", "en", false, "en-exchange en-lost en-return", "en-refund en-exchange en-lost" },
	{ "how long does a refund take", "en", false, "en-refund en-cancel en-return", "en-refund en-cancel en-return" },
	{ "send back shoes", "en", false, "en-exchange en-lost en-return", "en-refund en-exchange en-lost" },
	{ "wrong size", "en", false, "en-exchange", "en-exchange en-password" },
	{ "invoice vat", "en", false, "en-vat en-invoice en-delete", "en-vat en-invoice en-delete" },
	{ "copy of invoices", "en", false, "en-invoice en-vat en-delete", "en-invoice en-vat en-delete" },
	{ "forgotten password", "en", false, "en-password", "en-password" },
	{ "I cannot sign in", "en", false, "en-what en-cancel en-invoice", "en-password en-refund en-late" },
	{ "is the shop open on saturday", "en", false, "en-hours en-what en-track", "en-hours en-what en-track" },
	{ "credit card was declined", "en", false, "en-card en-what en-late", "en-card en-what en-lost" },
	{ "delete account data", "en", false, "en-delete en-cancel en-invoice", "en-delete en-refund en-cancel" },
	{ "broken box", "en", false, "en-damaged", "en-damaged" },
	{ "change address", "en", false, "en-address", "en-address" },
	{ "cancel", "en", false, "en-cancel", "en-cancel" },
	{ "what is it", "en", false, "en-what en-damaged en-address", "en-what en-late en-lost" },
	{ "the", "en", false, "en-address en-track en-vat", "en-address en-lost en-track" },
	{ "Dear Sir or Madam,\n\nten days ago I have sent back a pair of shoes that did not fit. The parcel was handed over at the post office, and the tracking page says that it has reached you. So far there is no money on my account. When will I get it?\n\nKind regards,\nAnn Example\n--\nTel. 01234 5678", "en", true, "en-track en-return en-delete", "en-refund en-lost en-track" },
	{ "colis en retard", "fr", false, "fr-retard fr-perdu fr-suivi", "fr-retard fr-perdu fr-suivi" },
	{ "ou est mon colis", "fr", false, "fr-perdu fr-suivi fr-retard", "fr-perdu fr-suivi fr-retard" },
	{ "remboursement", "fr", false, "fr-remboursement", "fr-remboursement" },
	{ "rembourse", "fr", false, "fr-remboursement", "fr-remboursement" },
	{ "récupérer mon argent", "fr", false, "", "fr-remboursement" },
	{ "annuler ma commande", "fr", false, "fr-annuler", "fr-annuler fr-retard" },
	{ "changer d'adresse", "fr", false, "fr-adresse", "fr-adresse" },
	{ "l'article est casse", "fr", false, "fr-abime fr-retour fr-perdu", "fr-abime fr-retour fr-perdu" },
	{ "mot de passe", "fr", false, "fr-motdepasse fr-adresse fr-abime", "fr-motdepasse fr-adresse fr-abime" },
	{ "carte bancaire refusée", "fr", false, "fr-carte", "fr-carte" },
	{ "c'est quoi vos horaires", "fr", false, "fr-horaires fr-annuler fr-facture", "fr-horaires fr-retard fr-annuler" },
	{ "facture PDF", "fr", false, "fr-facture", "fr-facture" },
	{ "Bonjour,\n\nj'attends toujours ma commande, qui devait arriver mardi dernier. Pouvez-vous me dire quand le transporteur passera ?\n\nCordialement,\nLéa Exemple", "fr", true, "fr-annuler fr-motdepasse fr-retard", "fr-retard fr-annuler fr-motdepasse" },
	{ "Paket kommt zu spät", "de", false, "de-verspaetung de-verloren de-rueckgabe", "de-verspaetung de-verloren de-rueckgabe" },
	{ "Wo ist meine Sendung", "de", false, "de-erstattung de-stornieren de-beschaedigt", "de-erstattung de-verspaetung de-stornieren" },
	{ "Geld zurück", "de", false, "de-erstattung", "de-erstattung" },
	{ "Lieferadresse ändern", "de", false, "de-adresse", "de-adresse" },
	{ "Passwort vergessen", "de", false, "de-passwort", "de-passwort" },
	{ "Rechnungskopie", "de", false, "", "" },
	{ "Bestellung stornieren", "de", false, "de-stornieren", "de-stornieren de-verspaetung" },
	{ "geöffnet am Samstag", "de", false, "de-zeiten", "de-zeiten de-verspaetung" },
	{ "Schaden am Karton", "de", false, "de-beschaedigt de-zeiten", "de-beschaedigt de-verspaetung de-zeiten" },
	{ "parcel", NULL, false, "en-lost en-track en-late", "en-lost en-track en-late" },
	{ "colis perdu", NULL, false, "fr-perdu fr-suivi fr-retard", "fr-perdu fr-suivi fr-retard" },
	{ "Rechnung", NULL, false, "de-rechnung", "de-rechnung" },
	{ "password", NULL, false, "en-password", "en-password" },
	{ "refund facture", NULL, false, "fr-facture en-refund", "fr-facture en-refund" },
	{ "pasword reset", "en", false, "en-password", "en-password" },
	{ "livraisson", "fr", false, "fr-retard fr-adresse", "fr-retard fr-adresse" },
	{ "Erstatung", "de", false, "de-erstattung de-verloren", "de-erstattung de-verloren" },
};

#endif
