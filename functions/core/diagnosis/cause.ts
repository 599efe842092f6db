import * as z from 'zod/mini';
import { CHANGE_KINDS, CHANGE_SOURCES, type ReversibleKind } from '../change/change-event.ts';
import { lazily } from '../lazily.ts';

/** What a diagnosis may conclude. Of equally likely causes the first is named: most outages follow a change. */
export const CAUSE_CODES = [
  'BAD_DEPLOYMENT',
  'BAD_CONFIG',
  'DEPENDENCY_DOWN',
  'HOST_DOWN',
  'CERT_EXPIRED',
  'DISK_FULL',
  'THROTTLED',
  'TRAFFIC_SURGE',
  'MEMORY_LEAK',
  'POOL_EXHAUSTED',
  'CPU_SATURATED',
] as const;
export type CauseCode = (typeof CAUSE_CODES)[number];

/** Causes that a restart makes worse: the load is still there, and fewer targets carry it. */
export const NEVER_RESTART: ReadonlySet<CauseCode> = new Set(['TRAFFIC_SURGE', 'THROTTLED']);

/** The kind of change behind a cause; the other causes are no change's fault. */
export const BLAMED_KIND: Readonly<Partial<Record<CauseCode, ReversibleKind>>> = {
  BAD_DEPLOYMENT: 'deployment',
  BAD_CONFIG: 'configuration',
};

/** Confidence from which a cause decides, unless a trigger says otherwise. */
export const CONFIDENCE_THRESHOLD = 0.7;

/** A change that may have caused an alert, as the operation keeps it. */
export const suspectedChange = lazily(() =>
  z.object({
    changeId: z.string(),
    source: z.enum(CHANGE_SOURCES),
    kind: z.enum(CHANGE_KINDS),
    /** What it changes, as its source calls it. */
    resource: z.exactOptional(z.string()),
    summary: z.string(),
    startedAtMs: z.int(),
    /** Nothing but its rollback may be done meanwhile. */
    isInProgress: z.boolean(),
    link: z.exactOptional(z.string()),
  }),
);

export type SuspectedChange = Readonly<z.output<ReturnType<typeof suspectedChange>>>;

/** A cause that the evidence supports, as the operation keeps it. */
export const supportedCause = lazily(() =>
  z.object({
    code: z.enum(CAUSE_CODES),
    /** The component at fault. */
    component: z.string(),
    /** 0 to 0.95. */
    confidence: z.number(),
    /** One sentence each. */
    supports: z.readonly(z.array(z.string())),
  }),
);

export type SupportedCause = Readonly<z.output<ReturnType<typeof supportedCause>>>;
