import { whatIf } from './what-if.ts';

process.exitCode = await whatIf(process.argv.slice(2));
