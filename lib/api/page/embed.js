// Puts the chat into a page of a website: <script src="https://HOST/embed.js" data-site="NAME" data-lang="fr" async></script>
(() => {
	'use strict';
	const script = document.currentScript;
	const server = new URL(script.src).origin;
	const french = (script.dataset.lang || document.documentElement.lang || navigator.language || '').toLowerCase().startsWith('fr');
	const texts = french ? { open: 'Discuter avec nous', title: 'Discussion' } : { open: 'Chat with us', title: 'Chat' };
	const kept = 'ixn-chat-open';
	let frame = null;
	let toldUrl = null; // where the chat believes the page to be; null: it has not asked
	let telling = false;

	function style(element, values) {
		// Through the object, which a strict content security policy allows.
		for (const [name, value] of Object.entries(values))
			element.style.setProperty(name, value);
	}

	function keep(open) {
		try {
			sessionStorage.setItem(kept, open ? '1' : '');
		} catch {
			// The next page begins closed.
		}
	}

	function wasOpen() {
		try {
			return sessionStorage.getItem(kept) === '1';
		} catch {
			return false;
		}
	}

	const button = document.createElement('button');
	button.type = 'button';
	button.textContent = texts.open;
	button.setAttribute('aria-expanded', 'false');
	style(button, { position: 'fixed', right: '16px', bottom: '16px', 'z-index': '2147483000', padding: '12px 20px', 'min-height': '44px', border: '2px solid #fff', 'border-radius': '24px', background: '#0b4f8a', color: '#fff', font: '600 16px/1.2 system-ui, sans-serif', cursor: 'pointer' });

	function tellPlace() {
		toldUrl = location.href;
		frame.contentWindow.postMessage({ ixn: { kind: 'page', url: location.href, title: document.title } }, server);
	}

	// A page that changes its address by itself sets its title a moment later, and may change it many times a second.
	function look() {
		if (toldUrl === null || toldUrl === location.href || telling)
			return;
		telling = true;
		setTimeout(() => {
			telling = false;
			tellPlace();
		}, 500);
	}

	// The history of the page stays as it is: nothing of it is wrapped.
	function watchPlace() {
		// Elsewhere that name may be an element's of the page.
		if (typeof window.Navigation === 'function' && window.navigation instanceof window.Navigation)
			window.navigation.addEventListener('currententrychange', look);
		else
			setInterval(look, 1000);
	}

	function load() {
		const address = new URL('/chat', server);
		address.searchParams.set('embed', '1');
		address.searchParams.set('lang', french ? 'fr' : 'en');
		if (script.dataset.site)
			address.searchParams.set('site', script.dataset.site);
		frame = document.createElement('iframe');
		frame.title = texts.title;
		frame.src = address.href;
		style(frame, { position: 'fixed', right: 'max(0px, min(16px, calc(100vw - 400px)))', bottom: '0', 'z-index': '2147483001', width: 'min(100vw, 384px)', height: 'min(100dvh, 640px)', border: '1px solid #5a6b7b', 'border-radius': '8px 8px 0 0', background: 'Canvas', 'box-sizing': 'border-box' });
		document.body.append(frame);
		watchPlace();
	}

	function open(focus) {
		if (!frame)
			load();
		frame.hidden = false;
		frame.style.setProperty('display', 'block');
		button.setAttribute('aria-expanded', 'true');
		keep(true);
		if (focus)
			frame.focus();
	}

	function hide() {
		frame.style.setProperty('display', 'none');
		button.setAttribute('aria-expanded', 'false');
		keep(false);
		button.focus();
	}

	// The contact has agreed: only to a page of this same website.
	function go(url) {
		const target = new URL(url, location.href);
		if (target.origin === location.origin)
			location.assign(target.href);
		else if (target.protocol === 'https:' || target.protocol === 'http:')
			window.open(target.href, '_blank', 'noopener');
	}

	window.addEventListener('message', (event) => {
		const told = event.data && event.data.ixn;
		if (!frame || event.origin !== server || event.source !== frame.contentWindow || !told)
			return;
		if (told.kind === 'hello')
			tellPlace();
		else if (told.kind === 'hide')
			hide();
		else if (told.kind === 'go')
			go(String(told.url));
	});

	button.addEventListener('click', () => (frame && frame.style.getPropertyValue('display') !== 'none' ? hide() : open(true)));

	function begin() {
		document.body.append(button);
		if (wasOpen())
			open(false);
	}

	// In the head there is no body yet, unless the script came late.
	if (document.body)
		begin();
	else
		document.addEventListener('DOMContentLoaded', begin, { once: true });
})();
