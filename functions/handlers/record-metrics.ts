import * as z from 'zod/mini';
import { type RecordMetricsDeps, recordMetrics } from '../app/analyze/record-metrics.ts';
import { sourcesOf } from '../core/signal/event-source.ts';
import type { Essentials } from '../ports/ports.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { samples, store } from '../runtime/port-builders.ts';
import { homeEvent } from './home-event.ts';
import { wired } from './wired.ts';

type Deps = RecordMetricsDeps & Pick<Essentials, 'configuration' | 'home'>;

/** `Selfheal Metric`, from a source that may say so. */
const metricEvent = ({ configuration, home }: Deps) =>
  z.extend(homeEvent(home, z.unknown()), {
    source: z.enum(sourcesOf('Selfheal Metric', configuration)),
    id: z.string(),
    time: z.string(),
  });

export const createHandler = (deps: Deps) =>
  lambdaHandler(metricEvent(deps), (event) => recordMetrics(deps, event));

export const handler = wired('record-metrics', createHandler, { samples, store });
