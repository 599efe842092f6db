import * as z from 'zod/mini';
import { type ScrapeDeps, scrape } from '../app/scrape/scrape.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { pages } from '../runtime/metric-pages.ts';
import { wired } from './wired.ts';

/** What `analyze` asks of it: as of any function that answers monitors. */
const request = z.object({ component: z.string(), monitors: z.record(z.string(), z.unknown()) });

export const createHandler = (deps: ScrapeDeps) =>
  lambdaHandler(request, ({ component, monitors }) =>
    scrape(deps, { component, monitors: Object.keys(monitors) }),
  );

export const handler = wired('scrape', createHandler, { pages });
