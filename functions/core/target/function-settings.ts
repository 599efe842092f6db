/** How a version of a Lambda function is configured: what actions change, and a text that stands for the rest. */
export type FunctionSettings = {
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  /** Whether X-Ray traces its requests. */
  readonly isTraced: boolean;
  /** Of the function's own log lines; empty where it logs text, to which Lambda applies no level. */
  readonly logLevel: string;
  /** A digest of everything else, the code included: two versions with the same one differ in nothing but the above. */
  readonly rest: string;
};

export interface PublishedVersion {
  readonly version: string;
  readonly settings: FunctionSettings;
  /** Whether an action published it: the same code, with other settings. @default people or pipelines did */
  readonly isCopy?: true;
}

/** The settings that actions change. */
export type AdjustableSettings = Omit<FunctionSettings, 'rest'>;

const SETTINGS = [
  'memoryMiB',
  'timeoutSeconds',
  'isTraced',
  'logLevel',
] as const satisfies readonly (keyof AdjustableSettings)[];

/** For people: `512 MiB, 30 s, not traced, log level INFO`. */
export function describeSettings({
  memoryMiB,
  timeoutSeconds,
  isTraced,
  logLevel,
}: AdjustableSettings): string {
  return [
    `${memoryMiB} MiB`,
    `${timeoutSeconds} s`,
    isTraced ? 'traced' : 'not traced',
    ...(logLevel === '' ? [] : [`log level ${logLevel}`]),
  ].join(', ');
}

/** The settings in which one differs from another. */
export function changedSettings(
  from: AdjustableSettings,
  to: AdjustableSettings,
): Partial<AdjustableSettings> {
  return Object.fromEntries(
    SETTINGS.filter((name) => from[name] !== to[name]).map((name) => [name, to[name]]),
  );
}

/**
 * Why the unpublished version cannot be published with other settings in place of the one that an alias serves: its
 * code or configuration is another, and would be released with it.
 *
 * @param wanted the settings that the action changes, which need not be the same
 */
export function unreleasedProblem(
  latest: FunctionSettings,
  served: FunctionSettings,
  wanted: Partial<AdjustableSettings>,
): string | undefined {
  const differing = [
    ...(latest.rest === served.rest ? [] : ['code or configuration']),
    ...SETTINGS.filter((name) => !(name in wanted) && latest[name] !== served[name]),
  ];
  if (differing.length === 0) return undefined;
  return `its ${differing.join(', ')} differ from the version that the alias serves: publishing it would release what nobody has released yet`;
}
