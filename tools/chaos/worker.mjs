// A thread of a campaign: gets { trial, bug, from, count }, answers with a tally.
import { parentPort } from 'node:worker_threads';
import { loadTrials } from './trials.mjs';

const { trials, trySeeds } = await loadTrials();
parentPort.on('message', ({ trial, bug, from, count }) => parentPort.postMessage(trySeeds(trials[trial](bug), from, count)));
parentPort.postMessage('ready');
