import * as z from 'zod/mini';
import type { Home } from '../core/signal/home.ts';

/** What a function takes from the bus: events of its own account and region, whatever led them to it. */
export const homeEvent = <Detail extends z.ZodMiniType>({ account, region }: Home, detail: Detail) =>
  z.object({ account: z.literal(account), region: z.literal(region), detail });
