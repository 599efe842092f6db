import * as z from 'zod/mini';
import { STRICTER_MODES } from '../../core/configuration/modes.ts';
import { lazily } from '../../core/lazily.ts';
import { epochMs } from './item.ts';

/** A pause, as part of an item. */
export const pause = lazily(() =>
  z.object({ reason: z.string(), sinceMs: epochMs, untilMs: z.exactOptional(epochMs) }),
);

/** An override, as part of an item. */
export const override = lazily(() =>
  z.object({
    givenAtMs: epochMs,
    setting: z.exactOptional(z.extend(pause(), { mode: z.exactOptional(z.enum(STRICTER_MODES)) })),
  }),
);
