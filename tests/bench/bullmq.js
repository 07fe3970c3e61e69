// bullmq - create, take, complete by BullMQ, one after the other, on a Redis that
// syncs each write:  bullmq.js SOCKET SECONDS  prints cycles a second.
'use strict';
const { Queue, Worker } = require('bullmq');

const [socket, seconds] = process.argv.slice(2);
const connection = { path: socket, maxRetriesPerRequest: null };

async function main() {
	const queue = new Queue('q', { connection });
	const worker = new Worker('q', null, { connection, autorun: false });
	const end = Date.now() + seconds * 1000;
	const start = Date.now();
	let n = 0;
	await queue.waitUntilReady();
	await worker.waitUntilReady();
	for (; Date.now() < end; n++) {
		await queue.add('mail', { from: 'ann@example.org' });
		const job = await worker.getNextJob('token');
		await job.moveToCompleted('done', 'token', false);
	}
	console.log(Math.round((n * 1000) / (Date.now() - start)));
	await worker.close(true);
	await queue.close();
	process.exit(0);
}
main();
