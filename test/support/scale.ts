import type { ImageSortKey } from './operations.js';

/** One kind of request for a list, as `bench --only scale` asks it. */
export interface Shape {
  name: string;
  /** The names of its callers. */
  callers: string[];
  question(facts: { images: number; at: number; latest: string }): object;
  /** The order of a page that begins far from the start. */
  behind?: { key: ImageSortKey; direction: 'ASC' | 'DESC' };
  /** True for what grows with the number of images, and therefore gives up by itself. */
  isBounded: boolean;
}

interface ScaleShapes {
  CALLERS: Record<string, Record<string, string>>;
  SHAPES: Shape[];
  requestOf(question: object, caller: string): RequestInit & { path: string };
}

interface ScaleData {
  MARIADB: object;
  SQLITE: object;
  fillStatements(images: number, spelling: object, has: { hasMicroseconds: boolean }): string[];
  numberStatements(images: number, spelling: object): string[];
  idOf(number: number): string;
}

/** The shapes of the benchmark, and the data that it asks for. */
export const shapes = await benchmark<ScaleShapes>('scale-shapes.js');
export const data = await benchmark<ScaleData>('scale-data.js');

async function benchmark<T>(file: string): Promise<T> {
  return (await import(new URL(`../../bench/${file}`, import.meta.url).href)) as T;
}
