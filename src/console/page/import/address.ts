import type { Compression } from '../upload/files/file-name.js';
import { fileNameParts } from '../upload/files/file-name.js';
import { guessFormat } from '../upload/files/format-guess.js';
import { proposedName, proposedProperties, type ProposedProperty } from '../upload/files/proposals.js';

/** Why the gateway would refuse an address. An unfinished one may become a good one with the next letters. */
export type AddressFault = 'unfinished' | 'scheme' | 'credentials' | 'malformed';

/** @param schemes those that the gateway takes, without the colon */
export function addressFault(typed: string, schemes: readonly string[]): AddressFault | undefined {
  const address = typed.trim();
  if (schemes.some((scheme) => `${scheme}://`.startsWith(address.toLowerCase()))) return 'unfinished';
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address)?.[1].toLowerCase();
  if (scheme === undefined) return 'malformed';
  // `host:8080/x` begins like a scheme, and `data:` has no slashes.
  if (!schemes.includes(scheme)) return scheme.includes('.') ? 'malformed' : 'scheme';
  const url = parsed(address);
  if (!url) return 'malformed';
  return url.username !== '' || url.password !== '' ? 'credentials' : undefined;
}

/** Returns the address as the gateway takes it: in ASCII, as browsers and the gateway read it alike. */
export function sentAddress(typed: string): string {
  return new URL(typed.trim()).href;
}

/** Returns the host of an address that has no fault. */
export function hostOf(address: string): string {
  return new URL(address).host;
}

/** An image, as the address of its data tells it. */
export interface AddressGuess {
  /** The name of the file, which a file of sums has. It is empty where the address names none. */
  fileName: string;
  /** Empty where the address names no file. */
  name: string;
  diskFormat: string;
  containerFormat: string;
  /** False where the address does not tell the format. */
  isFormatTold: boolean;
  /** The compression that the name says. Nothing is unpacked. */
  compression?: Compression;
  properties: readonly ProposedProperty[];
}

/** Guesses an image from the last part of the path. Queries have signatures and other names. */
export function guessFromAddress(typed: string): AddressGuess {
  const fileName = fileNameIn(typed.trim());
  const { diskFormat, containerFormat, basis } = guessFormat(fileName, NOTHING, NOTHING);
  const { compression } = fileNameParts(fileName);
  return {
    ...{ fileName, diskFormat, containerFormat },
    name: fileName === '' ? '' : proposedName(fileName),
    isFormatTold: basis === 'name',
    ...(compression ? { compression } : {}),
    properties: proposedProperties(fileName),
  };
}

const NOTHING = new Uint8Array();

function fileNameIn(address: string): string {
  const last = parsed(address)?.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** Parses an address, unless it has characters that parsers silently drop or replace. */
function parsed(address: string): URL | undefined {
  // eslint-disable-next-line no-control-regex -- they are what is refused
  const isPlain = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\\\s][^\\\u0000-\u001f\u007f]*$/i.test(address);
  return isPlain && URL.canParse(address) ? new URL(address) : undefined;
}
