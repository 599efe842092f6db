/** Alarms that the configuration may describe, but that can't be deployed. */
export class UndeployableAlarms extends Error {
  override readonly name = 'UndeployableAlarms';
  readonly code: 'OWN_ALARM_ADOPTED' | 'TOO_MANY_ADOPTED' | 'TOO_MANY_ALARMS';

  constructor(code: UndeployableAlarms['code'], message: string) {
    super(message);
    this.code = code;
  }
}
