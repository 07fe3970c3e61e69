// The chat page: asks for a chat, follows it, and comes back to it after a reload.
'use strict';
const embedded = window.parent !== window && query.get('embed') === '1';
const store = `ixn-chat-${site || ''}`;
let page = {};
let session = null; // { secret, seen: the last message that was shown live }
let state = null;
let last = 0;
let agents = [];
let sending = null;
let typed = 0;
let typingTimer = 0;
let stopped = null;
let place = null; // of the page around us: { url, title }
let told = null; // which of them the agent was told of
let answered = 0; // the last proposal that was answered

function remember() {
	try {
		if (session)
			sessionStorage.setItem(store, JSON.stringify(session));
		else
			sessionStorage.removeItem(store);
	} catch {
		// Without storage a reload begins anew.
	}
}

function recall() {
	try {
		const kept = JSON.parse(sessionStorage.getItem(store));
		return kept && typeof kept.secret === 'string' ? kept : null;
	} catch {
		return null;
	}
}

// The page around us, on a website of the site's.

function tell(message) {
	if (embedded && place)
		window.parent.postMessage({ ixn: message }, place.origin);
}

function aboutPlace() {
	return { url: place.url, title: place.title.slice(0, 90) };
}

function showing() {
	return session !== null && state !== null && (state.cobrowse === 'waiting' || state.cobrowse === 'active');
}

// Where the contact is now, told once.
function view() {
	if (!place || !showing() || told === place.url)
		return;
	told = place.url;
	ask('view', aboutPlace(), { secret: session.secret }).catch(() => {});
}

window.addEventListener('message', (event) => {
	const said = event.data && event.data.ixn;
	if (!embedded || event.source !== window.parent || !(page.origins || []).includes(event.origin) || !said || said.kind !== 'page')
		return;
	place = { origin: event.origin, url: String(said.url), title: String(said.title) };
	$('hide').hidden = false;
	showButtons();
	view();
});

// The log.

function element(name, text, className) {
	const e = document.createElement(name);
	if (text !== undefined)
		e.textContent = text;
	if (className)
		e.className = className;
	return e;
}

// Addresses of pages within a text become links, the rest stays text.
function withLinks(parent, text) {
	let at = 0;
	for (const match of text.matchAll(/https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g)) {
		const href = safe(match[0]);
		if (!href)
			continue;
		parent.append(text.slice(at, match.index), link(href, match[0]));
		at = match.index + match[0].length;
	}
	parent.append(text.slice(at));
}

function link(href, text) {
	const a = element('a', text);
	a.href = href;
	a.target = '_blank';
	a.rel = 'noopener noreferrer';
	return a;
}

// Whoever reads further up is left there.
let atEnd = true;
let lastTop = 0;
function toEnd() {
	if (atEnd)
		$('log').scrollTop = $('log').scrollHeight;
}
$('log').addEventListener('scroll', () => {
	const log = $('log');
	if (log.scrollHeight - log.scrollTop - log.clientHeight < 60)
		atEnd = true;
	else if (log.scrollTop < lastTop)
		atEnd = false;
	lastTop = log.scrollTop;
});
new ResizeObserver(toEnd).observe($('log'));

function append(node) {
	$('log').append(node);
	toEnd();
}

function notice(text) {
	append(element('p', text, 'notice'));
}

function opens(href) {
	const opened = window.open(href, '_blank');
	if (opened)
		opened.opener = null;
	return opened !== null;
}

function pushed(box, message, live) {
	const href = safe(message.url);
	if (!href)
		return;
	const done = live && !embedded && opens(href);
	const text = element('p', t(done || !live ? 'pushed' : 'blocked'));
	box.append(text, link(href, href));
	if (!live || done)
		return;
	const button = element('button', t('open'));
	button.type = 'button';
	button.addEventListener('click', () => {
		opens(href);
		text.textContent = t('pushed');
		button.remove();
	});
	box.append(button);
}

function onMessage(message) {
	if (message.seq <= last)
		return;
	last = message.seq;
	const live = message.seq > (session.seen || 0);
	const mine = message.role === 'contact';
	const box = element('article', undefined, message.role);
	const head = element('p', undefined, 'head');
	head.append(element('span', mine ? t('you') : message.author || t('us'), 'author'), ' ');
	const time = element('time', local(message.at, { hour: '2-digit', minute: '2-digit' }));
	time.dateTime = new Date(message.at).toISOString();
	head.append(time);
	box.append(head);
	if (message.url)
		pushed(box, message, live);
	else
		withLinks(box.appendChild(element('p', undefined, 'text')), message.text || '');
	append(box);
	if (!mine)
		typing(false);
	session.seen = Math.max(session.seen || 0, message.seq);
	remember();
}

// How it stands.

function typing(on) {
	clearTimeout(typingTimer);
	$('typing').textContent = on ? t('typing', agents.join(', ') || t('us')) : '';
	if (on)
		typingTimer = setTimeout(() => typing(false), 6000);
}

function standing() {
	if (state.state === 'talking')
		return t('talking', agents.join(', '));
	if (state.state === 'ended')
		return t('ended');
	const parts = [state.position === undefined ? t('waiting') : state.position === 1 ? t('next') : t('position', String(state.position))];
	const minutes = state.wait === undefined ? 0 : Math.ceil(state.wait / 60000);
	if (minutes)
		parts.push(minutes === 1 ? t('wait_one') : t('wait', String(minutes)));
	return parts.join(' ');
}

function showButtons() {
	const on = session !== null && (state === null || state.state !== 'ended');
	$('end').hidden = !on;
	$('mail').hidden = session === null;
	$('show').hidden = !on || state === null || !page.cobrowse || !place;
	$('show').textContent = t(showing() ? 'show_stop' : 'show');
	$('show').setAttribute('aria-pressed', String(showing()));
	$('say').hidden = !on;
	$('again').hidden = on;
}

function propose() {
	const href = state && state.proposed && state.proposal > answered ? safe(state.proposed) : null;
	const text = href ? t('proposal', href) : '';
	$('proposal').className = href ? 'card' : '';
	$('proposal').dataset.href = href || '';
	$('go').hidden = $('stay').hidden = !href;
	// Told once: what has not changed is not set again.
	if ($('proposal-text').textContent !== text)
		$('proposal-text').textContent = text;
}

// Where what had the focus is gone, it would be nowhere.
function keepFocus(other) {
	const at = document.activeElement;
	if (document.hasFocus() && (!at || at === document.body || !at.getClientRects().length))
		other.focus();
}

function onState(next) {
	const before = state;
	const there = next.agents || [];
	state = next;
	if (before) {
		there.filter((a) => !agents.includes(a)).forEach((a) => notice(t('joined', a)));
		agents.filter((a) => !there.includes(a)).forEach((a) => notice(t('left', a)));
		if (before.cobrowse !== next.cobrowse && next.cobrowse)
			notice(t(`show_${next.cobrowse}`));
	}
	agents = there;
	if (next.typed !== undefined && (!before || before.typed !== next.typed))
		typing(true);
	if (next.state !== 'talking')
		typing(false);
	if ($('status').textContent !== standing())
		$('status').textContent = standing();
	showButtons();
	propose();
	view();
	if (before && before.state !== 'ended' && next.state === 'ended')
		keepFocus($('again'));
	tell({ kind: 'state', state: next.state });
}

// The stream: by fetch, so that the secret stands in a header and in no address.

function lines(block) {
	const event = { id: null, name: 'message', data: [] };
	for (const line of block.split('\n')) {
		const at = line.indexOf(': ');
		if (line.startsWith('event: '))
			event.name = line.slice(7);
		else if (line.startsWith('data: '))
			event.data.push(line.slice(at + 2));
	}
	return event;
}

function handle(block) {
	const event = lines(block);
	if (!event.data.length)
		return;
	const data = JSON.parse(event.data.join('\n'));
	if (event.name === 'message')
		onMessage(data);
	else if (event.name === 'state')
		onState(data);
	else if (event.name === 'gone')
		throw new Refused('session_ended');
}

async function follow(signal) {
	const answer = await fetch('/contact/v1/events', { headers: { Authorization: `Bearer ${session.secret}`, 'Last-Event-ID': String(last) }, signal, credentials: 'omit', cache: 'no-store' });
	if (answer.status === 401)
		throw new Refused('session_ended');
	if (!answer.ok)
		throw new Error(String(answer.status));
	$('failure').textContent = '';
	const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
	let rest = '';
	for (;;) {
		const { value, done } = await reader.read();
		if (done)
			return;
		rest += value;
		const blocks = rest.split('\n\n');
		rest = blocks.pop();
		blocks.filter(Boolean).forEach(handle);
	}
}

async function followOn() {
	const stop = new AbortController();
	let wait = 500;
	stopped = stop;
	while (session && !stop.signal.aborted && !(state && state.state === 'ended')) {
		const began = Date.now();
		try {
			await follow(stop.signal);
			if (state && state.state === 'ended')
				return;
		} catch (error) {
			if (stop.signal.aborted)
				return;
			if (error instanceof Refused)
				return over(error);
			$('failure').textContent = t('lost');
		}
		wait = Date.now() - began > 10000 ? 500 : Math.min(wait * 2, 15000);
		await pause(wait * (0.5 + Math.random() / 2));
	}
}

// Nothing can be come back to.
function over(error) {
	reset();
	failure(error);
}

function reset() {
	if (stopped)
		stopped.abort();
	session = null;
	state = null;
	agents = [];
	last = answered = 0;
	sending = null;
	remember();
	$('log').replaceChildren();
	$('status').textContent = $('typing').textContent = '';
	propose();
	$('talk').hidden = true;
	$('start').hidden = !page.chat;
	showButtons();
	tell({ kind: 'state', state: 'none' });
}

function talk() {
	$('start').hidden = true;
	$('talk').hidden = false;
	showButtons();
	followOn();
}

// What the contact does.

let starting = null;
$('start').addEventListener('submit', async (event) => {
	event.preventDefault();
	failure(null);
	wrong($('address'), '');
	if (!filled($('name')))
		return;
	const body = { name: $('name').value.trim(), language };
	for (const [name, id] of [['address', 'address'], ['subject', 'subject'], ['text', 'first']])
		if ($(id).value.trim())
			body[name] = $(id).value.trim();
	if (site)
		body.site = site;
	if (place)
		body.page = place.url.split('#')[0];
	const text = JSON.stringify(body);
	if (!starting || starting.text !== text)
		starting = { text, key: key() };
	event.submitter.disabled = true;
	try {
		session = { secret: (await ask('start', body, { key: starting.key })).secret, seen: 0 };
		starting = null;
		remember();
		talk();
		$('text').focus();
	} catch (error) {
		if (error.code === 'bad_address')
			wrong($('address'), t('bad_address'));
		else
			failure(error);
	}
	event.submitter.disabled = false;
});

$('say').addEventListener('submit', async (event) => {
	event.preventDefault();
	const text = $('text').value.trim();
	if (!text || !session)
		return;
	// The same words again after a failure are the same message.
	if (!sending || sending.text !== text)
		sending = { text, key: key() };
	$('say').querySelector('button').disabled = true;
	try {
		await ask('send', { text }, { secret: session.secret, key: sending.key });
		sending = null;
		typed = 0;
		if ($('text').value.trim() === text)
			$('text').value = '';
		failure(null);
	} catch (error) {
		failure(error);
	}
	$('say').querySelector('button').disabled = false;
	$('text').focus();
});

$('text').addEventListener('keydown', (event) => {
	if (event.key !== 'Enter' || event.shiftKey || event.isComposing)
		return;
	event.preventDefault();
	$('say').requestSubmit();
});

$('text').addEventListener('input', () => {
	if (!session || !$('text').value || Date.now() - typed < 4000)
		return;
	typed = Date.now();
	ask('typing', {}, { secret: session.secret }).catch(() => {});
});

$('end').addEventListener('click', () => $('ask-end').showModal());
$('ask-end').addEventListener('close', () => {
	if ($('ask-end').returnValue === 'yes' && session)
		ask('end', {}, { secret: session.secret }).catch(failure);
	$('ask-end').returnValue = '';
});

$('mail').addEventListener('click', () => $('ask-mail').showModal());
$('mail-cancel').addEventListener('click', () => $('ask-mail').close());
$('mail-form').addEventListener('submit', async (event) => {
	event.preventDefault();
	const address = $('mail-address').value.trim();
	try {
		await ask('transcript', address ? { address } : {}, { secret: session.secret });
		wrong($('mail-address'), '');
		$('ask-mail').close();
		notice(t('mail_done'));
	} catch (error) {
		$('mail-address-error').textContent = t(reasons[error.code] || 'failed');
		$('mail-address').focus();
	}
});

$('again').addEventListener('click', () => {
	reset();
	$('name').focus();
});

$('show').addEventListener('click', () => {
	if (!showing())
		told = place.url;
	ask('cobrowse', showing() ? { end: true } : aboutPlace(), { secret: session.secret }).catch(failure);
});

$('stay').addEventListener('click', () => {
	answered = state.proposal;
	propose();
	keepFocus($('text'));
});

$('go').addEventListener('click', () => {
	const href = $('proposal').dataset.href;
	answered = state.proposal;
	propose();
	if (place)
		tell({ kind: 'go', url: href });
	else
		opens(href);
	keepFocus($('text'));
});

$('hide').addEventListener('click', () => tell({ kind: 'hide' }));
document.addEventListener('keydown', (event) => {
	if (event.key === 'Escape' && !document.querySelector('dialog[open]'))
		tell({ kind: 'hide' });
});

// Beginning.

async function begin() {
	try {
		page = await ask('page', site ? { site, language } : { language });
	} catch (error) {
		failure(error);
		return;
	}
	$('title').textContent = document.title = page.title || t('chat');
	$('greeting').textContent = page.greeting || '';
	$('closed').hidden = page.open !== false;
	$('closed').textContent = page.opens ? t('closed_until', local(page.opens)) : t('closed');
	$('call').hidden = !page.callback;
	$('call-link').href = `/callback${location.search}`;
	if (embedded)
		for (const origin of page.origins || [])
			window.parent.postMessage({ ixn: { kind: 'hello' } }, origin);
	session = recall();
	if (session)
		talk();
	else if (page.chat)
		$('start').hidden = false;
	else
		$('failure').textContent = t('not_offered');
}

begin();
