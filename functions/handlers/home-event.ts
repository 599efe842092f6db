import * as z from 'zod/mini';
import type { Home } from '../core/signal/home.ts';

/** The events that a function accepts from the bus: those of its own account and region, however they got here. */
export const homeEvent = <Detail extends z.ZodMiniType>({ account, region }: Home, detail: Detail) =>
  z.object({ account: z.literal(account), region: z.literal(region), detail });
