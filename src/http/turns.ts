import type { IncomingMessage, ServerResponse } from 'node:http';
import { loggedPath, type Log } from '../telemetry/log.js';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * The number of requests that are at work at a time. More are not answered sooner, but what each of them holds survives
 * the collections of garbage that come meanwhile, and these then cost more than the answers.
 */
const AT_WORK = 16;
/** Milliseconds after which a request makes room for the next: it waits for something else than the processor. */
const TURN_MS = 40;
/** The number of empty places before the head of the queue above which they are removed. */
const MANY = 1000;
/** The requests of load balancers, which do not wait: a gateway with much to do is alive. */
const URGENT = /^\/(healthcheck|ready)(\?|$)/;

/**
 * Answers requests in the order in which they come, a few at a time. A request that waits for its turn is as Node read it:
 * nothing is made for it yet.
 */
export function inTurns(answer: Answer, log: Log): Answer {
  const turns: Turn[] = [];
  // An array with a moving head: the dead entries of a linked list would keep each other alive.
  let queue: (ServerResponse | undefined)[] = [];
  let head = 0;
  let timer: NodeJS.Timeout | undefined;

  return (request, response) => {
    if (URGENT.test(request.url!)) answer(request, response);
    else if (turns.length < AT_WORK) begin(response);
    else {
      queue.push(response);
      timer ??= setInterval(endLongTurns, TURN_MS / 4).unref();
    }
  };

  function begin(response: ServerResponse): void {
    const turn: Turn = { since: performance.now() };
    turns.push(turn);
    response.once('close', () => end(turn));
    answer(response.req, response);
  }

  function end(turn: Turn): void {
    const place = turns.indexOf(turn);
    if (place === -1) return;
    turns.splice(place, 1);
    beginNext();
  }

  function beginNext(): void {
    while (turns.length < AT_WORK) {
      const response = next();
      if (!response) return;
      const { socket, method, url } = response.req;
      if (!socket.destroyed) begin(response);
      else log.info({ method, path: loggedPath(url!) }, 'a client left before its turn');
    }
  }

  function next(): ServerResponse | undefined {
    if (head === queue.length) {
      queue = [];
      head = 0;
      clearInterval(timer);
      timer = undefined;
      return undefined;
    }
    if (head > MANY) {
      queue = queue.slice(head);
      head = 0;
    }
    const response = queue[head];
    queue[head] = undefined;
    head += 1;
    return response;
  }

  function endLongTurns(): void {
    const began = performance.now() - TURN_MS;
    for (const turn of turns.filter(({ since }) => since < began)) end(turn);
  }
}

interface Turn {
  /** In milliseconds of `performance.now()`. */
  since: number;
}
