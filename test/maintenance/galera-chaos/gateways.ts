import { eventually } from '../../support/poll.js';
import { spawnGateway, type RunningGateway } from '../../support/process.js';

const START_SECONDS = 60;

/** A gateway that can be killed, started again and paused, while clients use it. */
export interface Slot {
  readonly url: string;
  /** Counts the kills and pauses: a request during one may stay without an answer. */
  readonly disturbances: number;
  /** False while it is killed or paused. */
  readonly isUp: boolean;
  isReady(): Promise<boolean>;
  /** Returns the line of its log that holds a text. */
  logged(text: string): string | undefined;
  kill(): Promise<void>;
  restart(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Makes it use the first of its database hosts again. */
  moveBack(): void;
}

export async function gatewaySlot(options: Record<string, string>): Promise<Slot> {
  let gateway: RunningGateway = await spawnGateway(options, START_SECONDS);
  let disturbances = 0;
  let isUp = true;
  const disturb = (signal: NodeJS.Signals) => {
    disturbances += 1;
    isUp = false;
    gateway.kill(signal);
  };
  return {
    get url() {
      return gateway.url;
    },
    get disturbances() {
      return disturbances;
    },
    get isUp() {
      return isUp;
    },
    isReady: () =>
      fetch(`${gateway.url}/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    logged: (text) =>
      gateway
        .stdout()
        .split('\n')
        .find((line) => line.includes(text)),
    async kill() {
      disturb('SIGKILL');
      await gateway.ended;
    },
    async restart() {
      // The database may not be back yet.
      gateway = await eventually(
        () => spawnGateway(options, START_SECONDS).catch(() => undefined),
        (started) => started !== undefined,
        120,
      ).then((started) => started!);
      isUp = true;
    },
    pause: () => disturb('SIGSTOP'),
    resume() {
      gateway.kill('SIGCONT');
      disturbances += 1;
      isUp = true;
    },
    moveBack: () => gateway.kill('SIGHUP'),
  };
}
