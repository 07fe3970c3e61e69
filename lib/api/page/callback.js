// The callback form: now, or at a time at which somebody is there, in the contact's own time zone.
'use strict';
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const about = (body) => (site ? { ...body, site } : body);
const days = new Map();
let asking = null;

function option(value, text) {
	const o = document.createElement('option');
	o.value = value;
	o.textContent = text;
	return o;
}

function times() {
	$('time').replaceChildren(...(days.get($('day').value) || []).map((at) => option(String(at), local(at, { hour: '2-digit', minute: '2-digit' }))));
}

function choose() {
	$('day').disabled = $('time').disabled = !$('later').checked;
}

function offer(slots) {
	for (const slot of slots) {
		const day = local(slot.at, { weekday: 'long', day: 'numeric', month: 'long' });
		days.set(day, [...(days.get(day) || []), new Date(slot.at).getTime()]);
	}
	$('day').replaceChildren(...[...days.keys()].map((day) => option(day, day)));
	times();
}

for (const radio of document.getElementsByName('when'))
	radio.addEventListener('change', choose);
$('day').addEventListener('change', times);

function done(call) {
	$('ask').hidden = true;
	$('status').textContent = call.later ? t('called_at', local(call.at)) : t('called_now');
	$('status').tabIndex = -1;
	$('status').focus();
}

$('ask').addEventListener('submit', async (event) => {
	event.preventDefault();
	failure(null);
	wrong($('number'), '');
	if (!filled($('name')) || !filled($('number')))
		return;
	const body = about({ name: $('name').value.trim(), number: $('number').value.trim(), language, zone });
	if ($('subject').value.trim())
		body.subject = $('subject').value.trim();
	if ($('later').checked && $('time').value)
		body.at = new Date(Number($('time').value)).toISOString();
	const text = JSON.stringify(body);
	if (!asking || asking.text !== text)
		asking = { text, key: key() };
	event.submitter.disabled = true;
	try {
		done(await ask('callback', body, { key: asking.key }));
	} catch (error) {
		if (error.code === 'bad_address')
			wrong($('number'), t('bad_number'));
		else
			failure(error);
	}
	event.submitter.disabled = false;
});

async function begin() {
	try {
		const page = await ask('page', about({ language }));
		$('title').textContent = document.title = t('callback');
		if (!page.callback)
			throw new Refused('not_offered');
		offer(await ask('slots', about({})));
		$('zone').textContent = t('zone', zone.replaceAll('_', ' '));
		$('later').disabled = days.size === 0;
		if (page.open === false && page.opens)
			$('now-text').textContent = t('now_closed', local(page.opens));
		$('ask').hidden = false;
	} catch (error) {
		failure(error);
	}
}

begin();
