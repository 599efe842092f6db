import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { INCIDENTS } from '../incidents/incidents.ts';
import { captureLines } from './capture.ts';
import { drawRecording, SPEED } from './draw.ts';

const SVG = join(import.meta.dirname, '..', '..', '..', 'docs', 'demo.svg');
const NAMES = Object.values(INCIDENTS).map(({ name }) => name);

const lines = await captureLines('npm', ['run', '--silent', 'demo']);
await writeFile(
  SVG,
  drawRecording({
    title: 'Recording of npm run demo',
    description: `A terminal in which npm run demo breaks services and Selfheal repairs them: ${NAMES.join(', ')}. It ends with what was found and checked for each incident. Played at ${SPEED} times its speed.`,
    lines: [{ atMs: 0, text: '$ npm run demo' }, ...lines],
  }),
);
console.log(`${SVG} shows a run of ${((lines.at(-1)?.atMs ?? 0) / 1_000).toFixed(1)} s`);
