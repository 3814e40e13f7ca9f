import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { ImageError } from '../image/errors.js';

/**
 * Does work for an answer until the connection is closed, of which the signal tells. Work that ends for that reason
 * has not failed: nobody is there to be told.
 */
export async function whileConnected(
  reply: FastifyReply,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<FastifyReply> {
  const connected = new AbortController();
  const closed = () => connected.abort(new Error(CLOSED));
  if (reply.raw.destroyed) closed();
  reply.raw.once('close', closed);
  try {
    await work(connected.signal);
  } catch (error) {
    if (!connected.signal.aborted) throw error;
    reply.log.info({ err: error }, 'the client left before its answer began');
    reply.hijack();
  } finally {
    reply.raw.off('close', closed);
  }
  return reply;
}

/** Data of an image as the body of an answer. */
export interface SentData {
  imageId: string;
  /** Bytes that the head of the answer promises. */
  length: number;
  /** Sends the head. */
  begin(): void;
  /** The bytes. A piece is good until the next one is asked for. */
  read(): AsyncIterable<Buffer>;
}

/** Sends data, each piece before the next is asked for. Never fails: what goes wrong is logged. */
export async function sendData(
  { imageId, length, begin, read }: SentData,
  { raw: response, log }: FastifyReply,
): Promise<void> {
  let sent = 0;
  try {
    begin();
    if (length > 0) {
      for await (const piece of read()) {
        sent += piece.length;
        if (sent > length) break;
        await written(response, piece);
      }
    }
    if (sent !== length)
      throw new ImageError('DATA_DAMAGED', { id: imageId, actual: sent, expected: length });
    response.end();
  } catch (error) {
    // The status is said; a connection that breaks off is the only way left to say that this is not all.
    if (response.headersSent) response.flushHeaders();
    response.destroy();
    log.warn({ err: error, imageId, sent, length }, 'a download ended early');
  }
}

/** Waits until the system has taken the piece over, or the connection is closed. */
function written(response: ServerResponse, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = () => reject(new Error(CLOSED));
    response.once('close', closed);
    response.write(piece, (error) => {
      response.off('close', closed);
      if (error) reject(error);
      else resolve();
    });
  });
}

const CLOSED = 'the client has closed the connection';
