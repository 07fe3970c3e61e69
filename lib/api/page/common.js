// What the contacts' pages share: language, texts, requests.
'use strict';
const $ = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const language = [query.get('lang'), ...navigator.languages].map((l) => (l || '').slice(0, 2).toLowerCase()).find((l) => l in IXN_TEXTS) || 'en';
// As it is written where the contact is: 14:30 in Britain, 2:30 PM in America.
const locale = navigator.languages.find((l) => l.slice(0, 2).toLowerCase() === language) || language;
const site = query.get('site') || undefined;

function t(key, value) {
	return IXN_TEXTS[language][key].replace('{}', () => value);
}

// Texts are only ever set as text: nothing that anybody wrote is read as HTML.
function translate() {
	document.documentElement.lang = language;
	for (const e of document.querySelectorAll('[data-text]'))
		e.textContent = t(e.dataset.text);
	for (const e of document.querySelectorAll('[data-label]'))
		e.setAttribute('aria-label', t(e.dataset.label));
	for (const e of document.querySelectorAll('[data-placeholder]'))
		e.placeholder = t(e.dataset.placeholder);
}

function local(at, options) {
	return new Intl.DateTimeFormat(locale, options || { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' }).format(new Date(at));
}

function key() {
	return [...crypto.getRandomValues(new Uint8Array(32))].map((b) => b.toString(16).padStart(2, '0')).join('');
}

class Refused extends Error {
	constructor(code) {
		super(code);
		this.code = code;
	}
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Where asking again cannot do a thing twice, a server that is away is waited for.
const PATIENCE = 45000;

async function post(name, headers, body, again) {
	const began = Date.now();
	for (let wait = 500; ; wait = Math.min(wait * 2, 5000)) {
		const late = !again || Date.now() - began > PATIENCE;
		try {
			const answer = await fetch(`/contact/v1/${name}`, { method: 'POST', headers, body, credentials: 'omit', referrerPolicy: 'no-referrer' });
			if (late || ![502, 503, 504].includes(answer.status)) {
				if (wait > 500)
					$('failure').textContent = '';
				return answer;
			}
		} catch (error) {
			if (late)
				throw error;
		}
		$('failure').textContent = t('lost');
		await pause(wait * (0.5 + Math.random() / 2));
	}
}

async function ask(name, body, options = {}) {
	const headers = { 'Content-Type': 'application/json' };
	if (options.secret)
		headers.Authorization = `Bearer ${options.secret}`;
	if (options.key)
		headers['Idempotency-Key'] = options.key;
	const answer = await post(name, headers, JSON.stringify(body || {}), options.key !== undefined);
	const json = await answer.json().catch(() => ({ error: { code: 'failed' } }));
	if (json.error)
		throw new Refused(json.error.code);
	return json;
}

const reasons = { bad_address: 'bad_address', no_address: 'missing', missing_operand: 'missing', too_many_requests: 'too_many', too_many: 'too_many', not_offered: 'not_offered', not_open: 'not_open', session_ended: 'gone' };

function failure(error) {
	$('failure').textContent = error ? t(reasons[error.code] || 'failed') : '';
}

// Beside its field, and told with it.
function wrong(field, text) {
	$(`${field.id}-error`).textContent = text || '';
	field.setAttribute('aria-invalid', text ? 'true' : 'false');
	if (text)
		field.focus();
}

function filled(field) {
	wrong(field, field.value.trim() ? '' : t('missing'));
	return field.value.trim() !== '';
}

// Only what a browser may be sent to.
function safe(text) {
	try {
		const url = new URL(text);
		return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
	} catch {
		return null;
	}
}

document.addEventListener('input', (event) => {
	if (event.target.getAttribute('aria-invalid') === 'true' && $(`${event.target.id}-error`)) {
		$(`${event.target.id}-error`).textContent = '';
		event.target.setAttribute('aria-invalid', 'false');
	}
});

translate();
