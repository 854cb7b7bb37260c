/** Property tests draw the same cases each time, so that what fails fails again. `FUZZ_SEED=2 npm run unit` draws others. */
import { configureGlobal } from 'fast-check';

configureGlobal({ seed: Number(process.env.FUZZ_SEED ?? 1) });
