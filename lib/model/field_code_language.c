/*
 * How languages write dates and numbers. Groups of French are joined by the
 * narrow space that does not break (U+202F).
 */
#include <string.h>
#include <strings.h>

#include "model/field_code_priv.h"

#define ENGLISH \
	.months = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December" }, \
	.short_months = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" }, \
	.days = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" }, \
	.short_days = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" }, \
	.decimal = ".", .group = ",", .halves = { "AM", "PM" }, .words = { "no", "yes" }

#define CONTINENTAL .decimal = ",", .group = ".", .time = "HH:mm"

/* The first is that of languages which are not here. */
static const struct code_language languages[] = {
	{ .tag = "en", ENGLISH, .short_date = "d MMM yyyy", .long_date = "d MMMM yyyy", .time = "HH:mm", .between = ", " },
	{ .tag = "en-US", ENGLISH, .short_date = "MMM d, yyyy", .long_date = "MMMM d, yyyy", .time = "h:mm tt", .between = ", " },
	{ .tag = "fr",
	  .months = { "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre" },
	  .short_months = { "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc." },
	  .days = { "dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi" },
	  .short_days = { "dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam." },
	  .decimal = ",",
	  .group = "\xe2\x80\xaf",
	  .short_date = "dd/MM/yyyy",
	  .long_date = "d MMMM yyyy",
	  .time = "HH:mm",
	  .between = " à ",
	  .first = "1er",
	  .halves = { "AM", "PM" },
	  .words = { "non", "oui" } },
	{ .tag = "de",
	  .months = { "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember" },
	  .short_months = { "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez." },
	  .days = { "Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag" },
	  .short_days = { "So", "Mo", "Di", "Mi", "Do", "Fr", "Sa" },
	  CONTINENTAL,
	  .short_date = "dd.MM.yyyy",
	  .long_date = "d. MMMM yyyy",
	  .between = ", ",
	  .halves = { "AM", "PM" },
	  .words = { "nein", "ja" } },
	{ .tag = "es",
	  .months = { "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre" },
	  .short_months = { "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic" },
	  .days = { "domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado" },
	  .short_days = { "dom", "lun", "mar", "mié", "jue", "vie", "sáb" },
	  CONTINENTAL,
	  .short_date = "dd/MM/yyyy",
	  .long_date = "d 'de' MMMM 'de' yyyy",
	  .between = ", ",
	  .halves = { "a. m.", "p. m." },
	  .words = { "no", "sí" } },
	{ .tag = "it",
	  .months = { "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre" },
	  .short_months = { "gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic" },
	  .days = { "domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato" },
	  .short_days = { "dom", "lun", "mar", "mer", "gio", "ven", "sab" },
	  CONTINENTAL,
	  .short_date = "dd/MM/yyyy",
	  .long_date = "d MMMM yyyy",
	  .between = ", ",
	  .first = "1º",
	  .halves = { "AM", "PM" },
	  .words = { "no", "sì" } },
	{ .tag = "pt",
	  .months = { "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro" },
	  .short_months = { "jan.", "fev.", "mar.", "abr.", "mai.", "jun.", "jul.", "ago.", "set.", "out.", "nov.", "dez." },
	  .days = { "domingo", "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado" },
	  .short_days = { "dom.", "seg.", "ter.", "qua.", "qui.", "sex.", "sáb." },
	  CONTINENTAL,
	  .short_date = "dd/MM/yyyy",
	  .long_date = "d 'de' MMMM 'de' yyyy",
	  .between = ", ",
	  .halves = { "AM", "PM" },
	  .words = { "não", "sim" } },
	{ .tag = "nl",
	  .months = { "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december" },
	  .short_months = { "jan.", "feb.", "mrt.", "apr.", "mei", "jun.", "jul.", "aug.", "sep.", "okt.", "nov.", "dec." },
	  .days = { "zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag" },
	  .short_days = { "zo", "ma", "di", "wo", "do", "vr", "za" },
	  CONTINENTAL,
	  .short_date = "dd-MM-yyyy",
	  .long_date = "d MMMM yyyy",
	  .between = " om ",
	  .halves = { "a.m.", "p.m." },
	  .words = { "nee", "ja" } },
};

static const struct code_language *
find(const char *tag, size_t size)
{
	for (size_t i = 0; i < COUNT_OF(languages); i++) {
		const char *p = languages[i].tag;

		if (strlen(p) != size || strncasecmp(p, tag, 2) != 0)
			continue;
		if (size == 2 || (strchr("-_", tag[2]) && strncasecmp(p + 3, tag + 3, size - 3) == 0))
			return &languages[i];
	}
	return NULL;
}

const struct code_language *
code_language_find(const char *tag)
{
	const struct code_language *language = tag ? find(tag, strlen(tag)) : NULL;

	if (!language && tag)
		language = find(tag, strcspn(tag, "-_"));
	return language ? language : &languages[0];
}
