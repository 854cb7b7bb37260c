export { isDatabaseGone } from '#db/pool.ts';
