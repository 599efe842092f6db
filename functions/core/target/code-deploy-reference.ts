/** A deployment of CodeDeploy, or one that CodeDeploy goes back from. */
export interface CodeDeployReference {
  readonly id: string;
  /** Whether it was stopped, so that CodeDeploy goes back from it with another one. */
  readonly isStopped: boolean;
}

/** References to deployments of ECS have more parts. */
const REFERENCE = /^codedeploy\/([^/]+)(\/stopped)?$/;

export function codeDeployReferenceId({ id, isStopped }: CodeDeployReference): string {
  return `codedeploy/${id}${isStopped ? '/stopped' : ''}`;
}

/** @returns `undefined` for a reference to something else */
export function parseCodeDeployReference(reference: string): CodeDeployReference | undefined {
  const [, id, stopped] = REFERENCE.exec(reference) ?? [];
  return id === undefined ? undefined : { id, isStopped: stopped !== undefined };
}

/** For people: `deployment d-ABC of CodeDeploy`. */
export function describeCodeDeployReference({ id, isStopped }: CodeDeployReference): string {
  return isStopped ? `CodeDeploy’s rollback of deployment ${id}` : `deployment ${id} of CodeDeploy`;
}
