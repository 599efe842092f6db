import { type VerificationRound, verify } from '../../../../functions/app/heal/verify.ts';
import { configured, withMemoryAlarm } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld, inputOf } from '../../../factories/ports/world.ts';

export const HEALTH = { url: 'https://web.example.com/health' };

export const LIMITS = { timeoutSeconds: 30, stableSeconds: 10 };

const BY_ENDPOINT = configured({
  components: { web: withMemoryAlarm({ health: HEALTH }) },
  strategies: [{ verify: LIMITS }],
});

/** A verification that goes from round to round as the state machine carries it, until there is a verdict. */
export async function verification(configuration = BY_ENDPOINT, signal = {}) {
  const world = createWorld(configuration);
  const operation = await admitted(world, signal);
  const round = async (carried: VerificationRound) => {
    const token = `token-${carried.round}`;
    await verify(world, { ...inputOf(operation, token), verification: carried });
    return world.tokens.completed.find(({ taskToken }) => taskToken === token);
  };
  const toTheEnd = async () => {
    let carried: VerificationRound = { round: 0 };
    for (;;) {
      const completed = await round(carried);
      if (!completed || !('output' in completed)) throw new Error('the token was not completed');
      const output = completed.output as VerificationRound & { verdict: string; waitSeconds: number };
      if (output.verdict !== 'waiting') return { ...output, seconds: (world.clock.now - NOON) / 1_000 };
      const { startedAtMs = 0, goodSinceMs } = output;
      carried = { round: output.round, startedAtMs, ...(goodSinceMs !== undefined && { goodSinceMs }) };
      world.clock.now += output.waitSeconds * 1_000;
    }
  };
  /** What the signal says, by the second since the start. */
  const says = (at: (second: number) => 'good' | 'bad' | 'no-answer') => {
    world.endpoints.answer = () => at((world.clock.now - NOON) / 1_000);
  };
  return { world, operation, round, toTheEnd, says };
}
