import type { MissReason } from '../core/watchdog/miss-reason.ts';

/** How a peer answered. */
export type ProbeResult =
  | { readonly outcome: 'answered'; readonly responseMs: number }
  | {
      readonly outcome: 'missed';
      readonly problem: string;
      /** @default none that is known */
      readonly reason?: MissReason;
    }
  /** It could not be asked, through no fault of its own: an address that may not be asked, say. */
  | { readonly outcome: 'unchecked'; readonly problem: string };

/** Sends a heartbeat by HTTP GET. Never rejects, and never takes longer than the time-out. */
export interface HttpProber {
  readonly probe: (url: string, timeoutMs: number) => Promise<ProbeResult>;
}

/** Opens a TCP connection and closes it. Never rejects, and never takes longer than the time-out. */
export interface TcpProber {
  readonly probe: (host: string, port: number, timeoutMs: number) => Promise<ProbeResult>;
}
