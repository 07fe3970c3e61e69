/*
 * rank_library.h - a small library of responses as a shop has them, in three
 * languages, with what was sent before: for the golden rankings.
 */
#ifndef TESTS_RANK_LIBRARY_H
#define TESTS_RANK_LIBRARY_H

#include "search/search.h"

static const struct said {
	const char *id, *shortcut, *language, *category, *name, *text;
} said[] = {
	{ "en-late", "late", "en", "Service/Delivery", "Late delivery", "We are sorry that your parcel is late. The carrier was held up and brings it within two working days." },
	{ "en-track", "track", "en", "Service/Delivery", "Tracking a parcel", "Open the link in the mail that says that we have shipped your order, or type the tracking number on the page of the carrier." },
	{ "en-lost", "lost", "en", "Service/Delivery", "Parcel lost", "The carrier searches for your parcel for five days. If it is not found, we send the goods once more or pay you back." },
	{ "en-damaged", NULL, "en", "Service/Delivery", "Damaged on arrival", "Please send us a photograph of the damage and of the box. We replace what is broken at our cost." },
	{ "en-refund", "refund", "en", "Service/Returns", "How long a refund takes", "Once your return has reached us we refund within three days; the bank takes up to five more." },
	{ "en-return", "return", "en", "Service/Returns", "How to return goods", "You may send goods back within 30 days. Print the label in your account and hand the parcel over at any post office." },
	{ "en-exchange", NULL, "en", "Service/Returns", "Exchange for another size", "Order the size that fits and send the other one back: we do not charge the postage of an exchange." },
	{ "en-cancel", "cancel", "en", "Service/Orders", "Cancel an order", "As long as it is not packed you can cancel an order in your account, under Orders." },
	{ "en-address", NULL, "en", "Service/Orders", "Change the delivery address", "Tell us the new address before the order is packed; afterwards only the carrier can change it." },
	{ "en-invoice", "invoice", "en", "Service/Billing", "Copy of an invoice", "Each invoice is in your account as a PDF. Invoices older than two years come by mail on demand." },
	{ "en-card", NULL, "en", "Service/Billing", "Card declined", "Your bank declined the card. Try another card, or ask the bank to allow payments on the internet." },
	{ "en-vat", NULL, "en", "Service/Billing", "VAT number on the invoice", "Enter your VAT number in your account; it then stands on the next invoice. Form VAT-1614 is for older ones." },
	{ "en-password", "pw", "en", "Service/Account", "Reset your password", "Click on 'Forgotten password' on the page where you log in. The link that we send works for an hour." },
	{ "en-delete", NULL, "en", "Service/Account", "Delete my account", "We delete the account and what we know of you within 30 days; invoices have to be kept for ten years." },
	{ "en-hours", "hours", "en", "Service/Contact", "Opening hours", "We are there from Monday to Friday, 9 to 18, and answer mails on Saturdays, too." },
	{ "en-what", NULL, "en", "Service/Contact", "What is it?", "A card with a number that you show in the shop: it collects points." },
	{ "fr-retard", "retard", "fr", "Service client/Livraison", "Livraison en retard", "Nous sommes désolés du retard de votre colis. Le transporteur le livrera sous deux jours ouvrés." },
	{ "fr-suivi", "suivi", "fr", "Service client/Livraison", "Suivre un colis", "Ouvrez le lien du message d'expédition, ou saisissez le numéro de suivi sur la page du transporteur." },
	{ "fr-perdu", NULL, "fr", "Service client/Livraison", "Colis perdu", "Le transporteur recherche votre colis pendant cinq jours. S'il reste introuvable, nous renvoyons les articles ou nous vous remboursons." },
	{ "fr-abime", NULL, "fr", "Service client/Livraison", "Article abîmé à la réception", "Envoyez-nous une photo de l'article abîmé et du carton. Nous remplaçons ce qui est cassé à nos frais." },
	{ "fr-remboursement", "rembourser", "fr", "Service client/Retours", "Délai de remboursement", "Dès réception de votre retour, nous remboursons sous trois jours ; la banque en prend jusqu'à cinq de plus." },
	{ "fr-retour", NULL, "fr", "Service client/Retours", "Retourner un article", "Vous disposez de 30 jours. Imprimez l'étiquette depuis votre compte et déposez le colis à la poste." },
	{ "fr-annuler", "annuler", "fr", "Service client/Commandes", "Annuler une commande", "Tant qu'elle n'est pas emballée, la commande peut être annulée dans votre compte." },
	{ "fr-adresse", NULL, "fr", "Service client/Commandes", "Modifier l'adresse de livraison", "Donnez-nous la nouvelle adresse avant l'emballage ; ensuite, seul le transporteur peut la changer." },
	{ "fr-facture", "facture", "fr", "Service client/Facturation", "Copie d'une facture", "Chaque facture se trouve dans votre compte, en PDF. L'ancienne facture est envoyée par courrier sur demande." },
	{ "fr-carte", NULL, "fr", "Service client/Facturation", "Carte refusée", "Votre banque a refusé la carte. Essayez avec une autre, ou demandez-lui d'autoriser les paiements sur Internet." },
	{ "fr-motdepasse", "mdp", "fr", "Service client/Compte", "Mot de passe oublié", "Cliquez sur « Mot de passe oublié » sur la page de connexion. Le lien reste valable une heure." },
	{ "fr-horaires", NULL, "fr", "Service client/Contact", "Horaires d'ouverture", "Nous sommes là du lundi au vendredi, de 9 h à 18 h ; aujourd'hui comme demain, l'accueil répond aux courriels." },
	{ "de-verspaetung", "zuspaet", "de", "Kundendienst/Versand", "Verspätete Lieferung", "Es tut uns leid, dass Ihr Paket zu spät kommt. Der Paketdienst bringt es in zwei Werktagen." },
	{ "de-verfolgen", NULL, "de", "Kundendienst/Versand", "Sendungsverfolgung", "Öffnen Sie den Verweis in der Versandnachricht, oder geben Sie die Sendungsnummer beim Paketdienst ein." },
	{ "de-verloren", NULL, "de", "Kundendienst/Versand", "Paket verloren", "Der Paketdienst sucht Ihr Paket fünf Tage lang. Findet es sich nicht, schicken wir die Ware noch einmal oder erstatten den Preis." },
	{ "de-beschaedigt", NULL, "de", "Kundendienst/Versand", "Beschädigt angekommen", "Bitte schicken Sie uns ein Foto vom Schaden und vom Karton. Wir ersetzen, was zerbrochen ist." },
	{ "de-erstattung", "geld", "de", "Kundendienst/Rückgabe", "Dauer der Erstattung", "Ist Ihre Rücksendung bei uns, erstatten wir in drei Tagen; die Bank braucht bis zu fünf weitere." },
	{ "de-rueckgabe", NULL, "de", "Kundendienst/Rückgabe", "Ware zurückschicken", "Sie haben 30 Tage Zeit. Drucken Sie den Rücksendeschein im Konto und geben Sie das Paket bei der Post ab." },
	{ "de-stornieren", "storno", "de", "Kundendienst/Bestellung", "Bestellung stornieren", "Solange sie nicht verpackt ist, können Sie die Bestellung im Konto stornieren." },
	{ "de-adresse", NULL, "de", "Kundendienst/Bestellung", "Lieferanschrift ändern", "Nennen Sie uns die neue Anschrift, bevor verpackt wird; danach kann sie nur der Paketdienst ändern." },
	{ "de-rechnung", "rechnung", "de", "Kundendienst/Rechnung", "Kopie der Rechnung", "Jede Rechnung liegt als PDF im Konto. Ältere Rechnungen schicken wir auf Wunsch mit der Post." },
	{ "de-karte", NULL, "de", "Kundendienst/Rechnung", "Karte abgelehnt", "Ihre Bank hat die Karte abgelehnt. Versuchen Sie es mit einer anderen Karte." },
	{ "de-passwort", "pwd", "de", "Kundendienst/Konto", "Passwort zurücksetzen", "Klicken Sie auf der Anmeldeseite auf „Passwort vergessen“. Der Verweis gilt eine Stunde." },
	{ "de-zeiten", NULL, "de", "Kundendienst/Kontakt", "Öffnungszeiten", "Wir sind von Montag bis Freitag von 9 bis 18 Uhr da und beantworten Nachrichten auch am Samstag." },
};

static const struct answered {
	const char *response, *language, *text;
} answered[] = {
	{ "en-late", "en", "My order has still not arrived, it should have been here last Tuesday." },
	{ "en-late", "en", "Where is my stuff? I have been waiting for two weeks now." },
	{ "en-lost", "en", "The driver says it was handed to a neighbour but nobody here has it." },
	{ "en-refund", "en", "I sent the shoes back ten days ago and there is no money on my account yet." },
	{ "en-refund", "en", "When do I get my money back?" },
	{ "en-password", "en", "I cannot sign in any more, it says wrong credentials." },
	{ "fr-retard", "fr", "Bonjour, ma commande n'est toujours pas arrivée, je l'attendais mardi dernier." },
	{ "fr-remboursement", "fr", "J'ai renvoyé les chaussures il y a dix jours, quand vais-je récupérer mon argent ?" },
	{ "de-verspaetung", "de", "Meine Bestellung ist immer noch nicht da, sie sollte am Dienstag kommen." },
	{ "de-erstattung", "de", "Wann bekomme ich mein Geld wieder? Die Schuhe sind seit zehn Tagen bei Ihnen." },
};

#endif
