import { describe, expect, it } from 'vitest';
import { MONITOR } from '../../../factories/events/selfheal-event.ts';
import { createLab, MINUTE_MS } from './embedded-lab.ts';

/** As JSON, half of it is backslashes. */
const QUOTES = '"'.repeat(75_000);

describe('a signal that triage cannot decide', () => {
  it('waits whole in the dead-letter queue, with 150 KB of it in quotes', async () => {
    let isDown = false;
    const lab = await createLab({
      interceptInvocation: async ({ functionName }, proceed) =>
        functionName === 'selfheal-triage' && isDown
          ? { functionError: { errorType: 'StoreUnavailable', errorMessage: QUOTES } }
          : await proceed(),
    });
    await lab.clock.advance(MINUTE_MS);
    isDown = true;
    const detail = { component: 'db', metric: 'memory', reason: QUOTES };
    const id = lab.cloud.bus.putEvent({ source: MONITOR, detailType: 'Selfheal Signal', detail });
    await lab.clock.advance(5 * MINUTE_MS);
    const letters = Object.values(lab.cloud.deadLetters()).flat();
    expect(letters.map(({ body }) => JSON.parse(body))).toMatchObject([
      { event: { id, detail }, error: 'StoreUnavailable' },
    ]);
    lab.cloud.close();
  });
});
