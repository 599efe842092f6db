/**
 * What the agent and the service keep of a script's output. Limits are in bytes, so that a cut may fall within a character.
 * Source: amazon-ssm-agent, agent/framework/processor/executer/iohandler/iohandler.go.
 */
const MAXIMUM_STDOUT_BYTES = 24_000;
const MAXIMUM_STDERR_BYTES = 8_000;
const MAXIMUM_LISTED_BYTES = 2_500;
const STREAM_CUT = '--output truncated--';
const STDOUT_CUT = '\n---Output truncated---';
const STDERR_CUT = '\n---Error truncated----';
const STDERR_HEADING = '\n----------ERROR-------\n';

/** Both streams as GetCommandInvocation shows them: the beginning of each. */
export function keptStreams(stdout: string, stderr: string): { stdout: string; stderr: string } {
  return { stdout: cut(stdout, MAXIMUM_STDOUT_BYTES), stderr: cut(stderr, MAXIMUM_STDERR_BYTES) };
}

/**
 * Both streams as ListCommandInvocations shows them, in one text: the beginning of stdout, then the beginning of
 * stderr. Each has half of the space, and what the other leaves of its half.
 */
export function listedOutput(stdout: string, stderr: string): string {
  const heading = stderr === '' ? '' : STDERR_HEADING;
  const room = MAXIMUM_LISTED_BYTES - heading.length;
  const [outBytes, errorBytes] = [Buffer.byteLength(stdout), Buffer.byteLength(stderr)];
  if (outBytes + errorBytes < room) return stdout + heading + stderr;
  if (outBytes > room / 2 && errorBytes > room / 2) {
    const half = Math.floor((room - STDOUT_CUT.length - STDERR_CUT.length) / 2);
    return start(stdout, half) + STDOUT_CUT + heading + start(stderr, half) + STDERR_CUT;
  }
  if (outBytes < room / 2)
    return stdout + heading + start(stderr, room - STDERR_CUT.length - outBytes) + STDERR_CUT;
  return start(stdout, room - STDOUT_CUT.length - errorBytes) + STDOUT_CUT + heading + stderr;
}

function cut(text: string, maximumBytes: number): string {
  if (Buffer.byteLength(text) <= maximumBytes) return text;
  return start(text, maximumBytes - STREAM_CUT.length) + STREAM_CUT;
}

function start(text: string, bytes: number): string {
  return Buffer.from(text).subarray(0, bytes).toString();
}
