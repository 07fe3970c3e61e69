// pgboss - create, fetch, complete by pg-boss, CLIENTS at once, each with a
// connection of its own:  pgboss.js URL SECONDS CLIENTS  prints cycles a second.
'use strict';
const PgBoss = require('pg-boss');

const [url, seconds, clients] = process.argv.slice(2);

async function work(boss, end) {
	let n = 0;
	while (Date.now() < end) {
		await boss.send('q', { from: 'ann@example.org' });
		// None where others had locked all that waited: no cycle then.
		for (const job of await boss.fetch('q')) {
			await boss.complete('q', job.id);
			n++;
		}
	}
	return n;
}

async function main() {
	const boss = new PgBoss({ connectionString: url, max: Number(clients), supervise: false, schedule: false });
	await boss.start();
	await boss.createQueue('q');
	await work(boss, Date.now() + 500);
	const start = Date.now();
	const sums = await Promise.all(Array.from({ length: Number(clients) }, () => work(boss, start + seconds * 1000)));
	console.log(Math.round((sums.reduce((a, b) => a + b) * 1000) / (Date.now() - start)));
	await boss.stop({ graceful: false });
	process.exit(0);
}
main();
