import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 100;

/** Asks until there is an answer. @throws Error naming what was waited for in vain */
export async function until<Answer>(
  what: string,
  seconds: number,
  ask: () => Answer | undefined | Promise<Answer | undefined>,
): Promise<Answer> {
  const deadlineMs = Date.now() + seconds * 1_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() >= deadlineMs) throw new Error(`waited ${seconds} s in vain for: ${what}`);
    await sleep(EVERY_MS);
  }
}
