import { configureGlobal } from 'fast-check';

// Property tests draw the same examples every time, so that a red build is red for its change. To look further, draw anew:
// FAST_CHECK_SEED=$RANDOM npm test, or the slow set, which always does. A failure prints its seed and path.
const given = process.env['FAST_CHECK_SEED'];
configureGlobal(given === 'random' ? {} : { seed: Number(given ?? 20251121) });
